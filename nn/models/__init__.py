"""Models with the sizes that were published, and short functions that use trained ones.

>>> from nn.train import summary
>>> summary(LeNet5(), (1, 28, 28)).total
61706
"""

from nn.models.autoencoder import VAE, Autoencoder, vae_loss
from nn.models.convolutional import VGG, AlexNet, LeNet5, vgg11, vgg16
from nn.models.language import GPT, CharLSTM
from nn.models.perceptron import MLP, Perceptron
from nn.models.resnet import CifarResNet, ResNet, cifar_resnet20, resnet18, resnet50
from nn.models.using import fgsm, freeze, grad_cam, replace_head

__all__ = [
    "GPT",
    "MLP",
    "VAE",
    "VGG",
    "AlexNet",
    "Autoencoder",
    "CharLSTM",
    "CifarResNet",
    "LeNet5",
    "Perceptron",
    "ResNet",
    "cifar_resnet20",
    "fgsm",
    "freeze",
    "grad_cam",
    "replace_head",
    "resnet18",
    "resnet50",
    "vae_loss",
    "vgg11",
    "vgg16",
]
