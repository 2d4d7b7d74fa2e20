"""The course: one lesson per script, in English and Korean; `python -m examples.course.<name>`.

A lesson is read top to bottom, prints what it finds and saves its figures; `python -m
examples.course` runs all of them into one folder with an index page, notebooks and exercises.
"""

LESSONS = (
    "perceptron",
    "activations",
    "losses",
    "graphs",
    "backpropagation",
    "initialisation",
    "optimizers",
    "training",
    "overfitting",
    "augmentation",
    "convolution",
    "recurrent",
    "attention",
    "inside",
)
