# Everything runs in .venv. `make demo` installs what running needs, the others also what developing needs;
# a second `make` has nothing to install.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEV := $(VENV)/.installed-dev
# What developing needs includes what running needs: where it is installed, it is kept whole.
RUNTIME := $(if $(wildcard $(DEV)),$(DEV),$(VENV)/.installed)

.PHONY: help install install-dev demo test lint addin templates examples docs pictures lock

help:
	@echo "make demo       the sample workbook, end to end, in ./demo"
	@echo "make test       all tests"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make addin      vba_stub/perfxl.xlam anew"
	@echo "make templates  workbook_templates/ anew"
	@echo "make examples   examples/ anew"
	@echo "make docs       docs/rules.md anew"
	@echo "make pictures   docs/images/ anew (needs LibreOffice and poppler)"
	@echo "make lock       the two lock files anew (needs uv)"

install: $(RUNTIME)

install-dev: $(DEV)

$(VENV)/.installed: requirements.lock pyproject.toml
	$(installed)

$(DEV): requirements-dev.lock pyproject.toml
	$(installed)

# A lock file is complete: pip looks for nothing beyond it, so that no new release of anything changes what is
# installed, and the check afterwards proves that nothing is missing.
PIP := $(BIN)/python -m pip --disable-pip-version-check
NEW_ENOUGH := import sys; sys.exit("perfxl needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)
define installed
	@test -x $(BIN)/pip || { $(PYTHON) -c '$(NEW_ENOUGH)' && $(PYTHON) -m venv $(VENV); }
	@$(PIP) install --quiet --no-deps --require-hashes --requirement $<
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(PIP) check >$(VENV)/check.txt || { cat $(VENV)/check.txt; exit 1; }
	@touch $@
endef

demo: $(RUNTIME)
	@$(BIN)/perfxl demo demo

# Nothing is printed after the tests' own summary line.
test: $(DEV)
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --platform win32
	@$(BIN)/lint-imports

addin: $(DEV)
	@$(BIN)/perfxl addin build

templates: $(DEV)
	@$(BIN)/python -m perfxl.app.make_templates

examples: $(DEV)
	@$(BIN)/python -m perfxl.app.make_examples

docs: $(DEV)
	@$(BIN)/python -m perfxl.app.make_rule_docs

# The pages that the READMEs show: a form, the findings and the summary of the sample; what is collected from
# a believable district, and the opinion on the sample.
PICTURES := build/pictures
OFFICE := soffice -env:UserInstallation=file://$(CURDIR)/$(PICTURES)/profile --headless --norestore --convert-to pdf
pictures: $(DEV)
	@rm -rf $(PICTURES) && mkdir -p $(PICTURES)/sample docs/images
	@$(BIN)/perfxl demo $(PICTURES) >$(PICTURES)/said.txt
	@$(BIN)/python benchmarks/believable.py 12x3 $(PICTURES)/district --odd >>$(PICTURES)/said.txt
	@$(BIN)/perfxl collect $(PICTURES)/district/报送 -o $(PICTURES)/各单位汇总.xlsx \
	  --roster $(PICTURES)/district/花名册.xlsx >>$(PICTURES)/said.txt 2>&1; test $$? -ne 127
	@cp examples/承德总工会2023.xlsx $(PICTURES)/sample
	@$(BIN)/perfxl collect $(PICTURES)/sample -o $(PICTURES)/样本汇总.xlsx --opinions $(PICTURES)/opinions \
	  >>$(PICTURES)/said.txt 2>&1; test $$? -eq 1
	@mv $(PICTURES)/opinions/*.docx $(PICTURES)/退回意见.docx
	@$(OFFICE) --outdir $(PICTURES) $(PICTURES)/承德总工会2023-校验结果.xlsx $(PICTURES)/各单位汇总.xlsx \
	  $(PICTURES)/退回意见.docx >/dev/null
	@page() { for n in $$(seq 1 30); do pdftotext -f $$n -l $$n $$1 - | head -1 | grep -q "$$2" && echo $$n && break; done; }; \
	draw() { pdf=$(PICTURES)/$$1.pdf; n=$$(page $$pdf "$$2"); shift 2; \
	  pdftoppm -png -singlefile -r $$2 -f $$n -l $$n -x $$3 -y $$4 -W $$5 -H $$6 $$pdf docs/images/$$1; }; \
	draw 承德总工会2023-校验结果 4.劳模春节 project-form 90 30 60 700 720; \
	draw 承德总工会2023-校验结果 校验结果 findings 90 20 20 1010 520; \
	draw 承德总工会2023-校验结果 部门汇总表 summary 110 30 50 1230 420; \
	draw 各单位汇总 汇总表 collected 110 30 50 1230 700; \
	draw 退回意见 关于 opinion 80 30 20 620 870

# Hashes but no addresses: the files say what to install, not where from. What both have is the same in both.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header --quiet
lock:
	@$(COMPILE) --group dev --output-file requirements-dev.lock
	@$(COMPILE) --group build --constraint requirements-dev.lock --output-file requirements.lock
