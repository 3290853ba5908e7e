# Two commands do all the set-up: `make demo` runs the example workspace, `make test` runs every test.
PYTHON ?= python3
BIN := .venv/bin
# Errors are told; warnings about the machine's own index settings, and about pip's age, are not.
PIP_INSTALL := $(BIN)/python -m pip install -qq
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Each worker begins with one half, so that a module, and what its tests share, mostly stays on one of them.
WORKERS := -n 2 --dist worksteal

.PHONY: demo test check lint docs screenshots clean
.DEFAULT_GOAL := demo

demo: .venv/demo
	$(BIN)/gembatch apply --yes
	$(BIN)/gembatch wait
	$(BIN)/gembatch status proverbs-themes

test: lint
	$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term:skip-covered --cov-report=json:.coverage.json
	@$(BIN)/python tests/coverage_floor.py .coverage.json

check: lint
	$(BIN)/python -m pytest $(WORKERS) -m "not slow"

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/demo # the page of the format, from the schemas
	$(BIN)/python docs/spec_page.py

screenshots: .venv/test # of a plan's page, for the documentation; needs Chromium
	$(BIN)/python docs/screenshots.py

# Files in .venv/ mark what was done; what was begun and not finished is begun anew.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("gembatch needs Python 3.11 or later; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv --clear .venv
	@touch $@

# The demo needs the package alone; the tests need their tools as well.
.venv/demo: .venv/made pyproject.toml
	$(PIP_INSTALL) --editable .
	@touch $@

.venv/test: .venv/demo
	$(PIP_INSTALL) --upgrade "pip>=25.1" # which knows dependency groups
	$(PIP_INSTALL) --group dev
	@touch $@

clean: # and the local lockfile: it would miss the emulator's data
	rm -rf .venv .gembatch build dist locks/local.lock.json
