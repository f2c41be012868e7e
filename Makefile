# Each target sets up what it needs: `make demo` and `make test` work on a machine with Python and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready

.PHONY: demo test slow lint types bench templates docs check-docs coverage clean

demo: $(READY)           ## make the demonstration cabinet in archive/
	$(BIN)/safety-docs demo

test: $(READY)           ## the tests that take seconds
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

slow: $(READY)           ## the tests that take minutes: kill sweeps, bit flips, LibreOffice
	$(BIN)/python -m pytest -q -n 2 -m slow

coverage: $(READY)       ## the quick tests with branch coverage
	$(BIN)/python -m pytest -q -n 2 -m "not slow" --cov --cov-report=term

lint: $(READY)           ## style, format, import contracts, templates and generated docs are current
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs
	$(BIN)/lint-imports
	$(BIN)/safety-docs forms build --check
	$(BIN)/safety-docs forms check
	$(BIN)/cog --check docs/cli.md docs/errors.md

types: $(READY)
	$(BIN)/mypy

bench: $(READY)          ## the bars, as ratios in one run; rendering is also compared with docxtemplater: needs Node, scan-back LibreOffice
	$(BIN)/python bench/rendering.py
	$(BIN)/python bench/search.py
	$(BIN)/python bench/indexing.py
	$(BIN)/python bench/commands.py
	$(BIN)/python bench/rosters.py
	$(BIN)/python bench/term_start.py
	$(BIN)/python bench/packs.py
	$(BIN)/python bench/scanback.py

templates: $(READY)      ## build template.docx and template.xlsx from text.md and sheets.toml
	$(BIN)/safety-docs forms build

docs: $(READY)           ## write the generated parts of docs/, and the pictures (needs LibreOffice)
	$(BIN)/cog -r docs/cli.md docs/errors.md
	$(BIN)/python docs/pictures/make.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,pdf,scan]"
	touch $(READY)
