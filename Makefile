# Every target sets up what it needs in .venv, from any Python 3.11 or later.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# Without a browser its tests are left out, unless REQUIRE_BROWSER says that they must not be.
SELECT := $(if $(CHROMIUM)$(REQUIRE_BROWSER),,-m "not browser")

.PHONY: help setup run test lint format bench torture screenshots lock wheel clean

help:  ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(READY)  ## Install everything into .venv

# Compiled as an installed package is, also where Python is told to write no bytecode: it starts a quarter sooner.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q sandbox
	@touch $@

run: $(READY)  ## Run the sandbox on http://localhost:7670 (ARGS="--port 8000")
	@exec $(BIN)/sms-sandbox serve $(ARGS)

test: $(READY)  ## Run the tests (ARGS="-k words")
	$(BIN)/pytest -n auto $(SELECT) $(ARGS)

lint: $(READY)  ## Check style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY)  ## Put the code into its format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY)  ## Measure the costs of the server
	$(BIN)/python -m tests.bench $(ARGS)

torture: $(READY)  ## Beset a server, end it and kill it, again and again
	$(BIN)/python -m tests.torture $(ARGS)

screenshots: $(READY)  ## Take the pictures of the page
	$(BIN)/python -m tests.page.screenshots $(ARGS)

wheel: $(READY)  ## Build the wheel into dist/
	$(BIN)/python -m build --no-isolation --wheel

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)

lock: $(READY)  ## Write the lock files anew (UPGRADE=--upgrade takes newer versions)
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --group build -o requirements-build.lock
	$(LOCK) pyproject.toml --group dev -o requirements-dev.lock

clean:  ## Remove what was made, the environment included
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
