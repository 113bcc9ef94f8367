# Everything a developer or an agent runs; `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

.DEFAULT_GOAL := help
.PHONY: help run test check unit lint types layers format bench chaos mutants screenshots snapshots readme man build clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## open the console on the sample desk
	@$(BIN)/helpterm demo

test: check unit ## all checks and all tests

check: lint types layers ## style, types and layers

unit: $(VENV)/.dev ## the tests alone
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure speed and reach; a table, and JSON in bench-results/
	$(BIN)/python -m tests.benchmarks --shared $(SHARED)

chaos: $(VENV)/.dev ## kill -9 a team's processes KILLS (10,000) times, cut and stop them, and count what broke
	$(BIN)/python -m tests.store.sync.chaos --kills $(or $(KILLS),10000)

mutants: $(VENV)/.dev ## try whether each seeded fault of the sync turns a test red
	$(BIN)/python -m tests.store.sync.mutants

screenshots: $(VENV)/.dev ## write screenshots/*.svg from the real console
	$(BIN)/python -m tests.screenshots

readme: $(VENV)/.dev ## write the derived parts of the README
	$(BIN)/python -m tests.readme

man: $(VENV)/.dev ## write the manual page docs/helpterm.1
	$(BIN)/python -m tui.cli.manual > docs/helpterm.1

snapshots: $(VENV)/.dev ## accept the console's new looks after looking at them
	$(BIN)/python -m pytest -n auto tests/tui tests/test_screenshots.py --snapshot-update

build: $(VENV)/.dev ## a wheel and a source archive in dist/
	$(BIN)/python -m build

clean: ## forget the environment and everything built
	rm -rf $(VENV) dist build bench-results .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "helpterm needs Python 3.11 or later: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q store tui
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q store tui
	@touch $@ $(VENV)/.run
