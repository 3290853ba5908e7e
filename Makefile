# Two commands do all the set-up: `make demo` runs the example workspace, `make test` runs every test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint clean
.DEFAULT_GOAL := demo

demo: .venv/demo
	$(BIN)/gembatch apply --yes
	$(BIN)/gembatch wait
	$(BIN)/gembatch status
	$(BIN)/gembatch status proverbs-themes

test: lint
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered --cov-report=json:.coverage.json
	@$(BIN)/python tests/coverage_floor.py .coverage.json

check: lint
	$(BIN)/python -m pytest -n 2 -m "not slow"

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The demo needs the package alone; the tests need their tools as well.
.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/test: .venv/demo
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

clean:
	rm -rf .venv .gembatch build dist
