# `make run` does the main job on built-in data; `make test` runs what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test lint docs install clean arm-parity backends
install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "error: $(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 2; }
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

# The main job on drawn faces: train the default model, export it, evaluate the three side by side.
RUN := runs/first-$(shell date +%Y%m%d-%H%M%S)
run: install
	$(BIN)/fer-keras train --epochs 12 --out $(RUN)
	$(BIN)/fer-keras export $(RUN) --formats float32,int8
	$(BIN)/fer-keras evaluate $(RUN) $(RUN)/export/mobile-s-float32.tflite \
	  $(RUN)/export/mobile-s-int8.tflite --split test --confusion $(RUN)/test-confusion.png
	@echo "pictures: $(RUN)/curves.png $(RUN)/confusion.png $(RUN)/test-confusion*.png"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What failed runs once more, one after the other: a machine that is busy with something else may
# starve a browser or a server beside seven others. What fails alone, fails.
PYTEST := $(BIN)/python -m pytest
test: install lint
	$(PYTEST) -n auto --dist loadfile || { echo "once more, one after the other:"; \
	  $(PYTEST) --last-failed --last-failed-no-failures none; }

# The commands' page from --help, then the site, in build/site.
docs: install
	$(BIN)/python docs/make_commands.py
	$(PIP) install --quiet --constraint constraints.txt --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

# Trainings under JAX and PyTorch, in an environment of their own; installs both.
BACKENDS := build/backends
backends:
	$(PYTHON) -m venv $(BACKENDS)
	$(BACKENDS)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]' jax torch
	$(BACKENDS)/bin/python -m pytest --slow tests/runs/test_backends.py

# The shipped int8 files on an emulated 64-bit ARM processor; takes minutes, needs Debian and PyPI.
arm-parity: install
	results/arm/run.sh

clean:
	rm -rf build dist *.egg-info
