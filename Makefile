# Needs python3 (3.11 or newer, with venv and pip) and make; everything else goes into .venv.
# On Windows, see the README for the same commands in plain pip and python -m.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Small matrices: several threads would mostly wait for one another.
export OPENBLAS_NUM_THREADS ?= 1
# Tests start hundreds of interpreters: none of them should compile the packages anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo course docs test proof lint generate bench clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@echo "make demo      train a network on handwritten digits and draw its backpropagation"
	@echo "make course    build the course: lessons, notebooks, exercises, in English and Korean;"
	@echo "               LESSONS=\"perceptron graphs\" LANG=ko for a part of it"
	@echo "make docs      build the documentation site into site/; open site/index.html"
	@echo "make test      run every test and doctest; ARGS=\"tests/nn -x\" for a part"
	@echo "make proof     what takes longer than a test may; docs/proofs.md lists it"
	@echo "make lint      ruff, mypy and codespell"
	@echo "make generate  write the stubs and tables that come from the records"
	@echo "make bench     measure against PyTorch, MyGrad, HIPS autograd and micrograd"
	@echo "make clean     remove what the commands above made"
	@echo "make help      this list"
	@echo "Without make:  README.md has the same commands for plain pip and python."

demo: $(VENV)/installed-demo
	$(BIN)/python -m examples.digits

course: $(VENV)/installed-course
	$(BIN)/python -m examples.course $(LESSONS) $(if $(filter command%,$(origin LANG)),--lang $(LANG))

docs: $(VENV)/installed-docs
	$(BIN)/python -m tools.site $(ARGS)

# A worker a core; tests/workers.py says which tests stay together.
WORKERS ?= logical

test: $(VENV)/installed-test
	$(BIN)/python -m pytest -q -n $(WORKERS) $(ARGS)

proof: $(VENV)/installed-test
	$(BIN)/python -m tests.proofs $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

generate: $(VENV)/installed-test
	$(BIN)/python -m tools

bench: $(VENV)/installed-demo
	$(BIN)/python -m benchmarks.peers install
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .venv-peers .venv-hips build dist demo course site *.egg-info
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache

# A stamp for each extra: nothing is installed again until the requirements change.
$(VENV)/installed-%: setup.cfg pyproject.toml $(VENV)/created
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

$(VENV)/created:
	$(PYTHON) -m venv $(VENV)
	@touch $@
