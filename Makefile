# Everything runs in .venv, installed from the lock file; a second `make` has nothing to install.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install demo test lint templates examples docs pictures lock

help:
	@echo "make demo       the sample workbook, end to end, in ./demo"
	@echo "make test       all tests"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make templates  workbook_templates/ anew"
	@echo "make examples   examples/ anew"
	@echo "make docs       docs/rules.md anew"
	@echo "make pictures   docs/images/ anew (needs LibreOffice and poppler)"
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

docs: $(STAMP)
	@$(BIN)/python -m perfxl.app.rule_docs

# The pages of the checked sample that the READMEs show: a form, the findings, the summary.
pictures: $(STAMP)
	@rm -rf build/pictures && mkdir -p build/pictures docs/images
	@$(BIN)/perfxl demo build/pictures >build/pictures/said.txt
	@soffice -env:UserInstallation=file://$(CURDIR)/build/pictures/profile --headless --norestore \
	  --convert-to pdf --outdir build/pictures build/pictures/承德总工会2023-校验结果.xlsx >/dev/null
	@pdf=build/pictures/承德总工会2023-校验结果.pdf; \
	page() { for n in $$(seq 1 30); do pdftotext -f $$n -l $$n $$pdf - | head -1 | grep -q "$$1" && echo $$n && break; done; }; \
	draw() { pdftoppm -png -singlefile -r $$3 -f $$(page $$1) -l $$(page $$1) -x $$4 -y $$5 -W $$6 -H $$7 $$pdf docs/images/$$2; }; \
	draw 4.劳模春节 project-form 90 30 60 700 720; \
	draw 校验结果 findings 90 20 20 1010 520; \
	draw 部门汇总表 summary 110 30 50 1230 420

# Hashes but no addresses: the file says what to install, not where from.
lock:
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-dev.lock
