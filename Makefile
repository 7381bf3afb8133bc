# Hemei. `make help` lists what there is.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
CLIENT := governance/client
STATIC := governance/static
PO := $(wildcard governance/translations/*/LC_MESSAGES/*.po)
SOURCES := $(shell find $(CLIENT) -name node_modules -prune -o -type f -print) templates/officer/shell.html
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Stamps: what is up to date is not done again.
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
MODULES := $(CLIENT)/node_modules/.installed
BUILT := $(STATIC)/.built
COMPILED := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run setup demo build words test lint format types check bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## serve on PORT (8000) at HOST; an empty database becomes the demo village, for this machine alone
	@deploy/serve

setup: $(RUNTIME) build instance/secret_key ## make the environment, the client and the database, without serving
	@chmod go= instance
	@$(BIN)/flask db upgrade

demo: setup ## load the demo village into an empty database
	@$(BIN)/flask demo

build: $(BUILT) $(COMPILED) ## build the client and the translations

words: $(RUNTIME) ## bring the English catalogue in line with the sentences
	@$(BIN)/python -m tools.words

test: $(TOOLS) build ## run all tests: SQLite, PostgreSQL, Chromium
	$(BIN)/python -m pytest -n logical --dist worksteal

lint: $(TOOLS) $(MODULES) ## look for faults of style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	cd $(CLIENT) && npm run --silent lint

format: $(TOOLS) $(MODULES) ## mend what the tools can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd $(CLIENT) && npm run --silent format

types: $(TOOLS) $(MODULES) ## check the types
	$(BIN)/mypy
	cd $(CLIENT) && npm run --silent types

check: lint types test ## everything a change must pass

bench: $(TOOLS) build ## measure beside the plain reference, and open every page of a large village
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.big

clean: ## remove what was built; the database stays
	rm -rf $(VENV) $(CLIENT)/node_modules $(STATIC) $(COMPILED)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

# The tools' binaries come as packages of their own: npm need not run any script.
$(MODULES): $(CLIENT)/package-lock.json
	cd $(CLIENT) && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(BUILT): $(SOURCES) $(MODULES)
	cd $(CLIENT) && npm run --silent build
	@touch $@

%.mo: %.po $(RUNTIME)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

instance/secret_key: | $(BIN)/python
	@mkdir -p instance
	@umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_hex(32))' > $@
