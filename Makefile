# Everything runs in .venv, installed from the lock file; a second `make` has nothing to install.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install demo test lint templates examples lock

help:
	@echo "make demo       the sample workbook, end to end, in ./demo"
	@echo "make test       all tests"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make templates  workbook_templates/ anew"
	@echo "make examples   examples/ anew"
	@echo "make lock       requirements-dev.lock anew (needs uv)"

install: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement requirements-dev.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)
	@$(BIN)/perfxl demo demo

# Nothing is printed after the tests' own summary line.
test: $(STAMP)
	@$(BIN)/python -m pytest

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

templates: $(STAMP)
	@$(BIN)/python -m perfxl.app.templates

examples: $(STAMP)
	@$(BIN)/python -m perfxl.app.examples

# Hashes but no addresses: the file says what to install, not where from.
lock:
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-dev.lock
