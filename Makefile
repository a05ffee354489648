# Two commands: `make run` and `make test`. Both prepare everything they need. The others help developers.

PYTHON ?= python3
BIN := .venv/bin
export REFLEX_DIR := $(CURDIR)/.reflex
export REFLEX_CHECK_LATEST_VERSION := false
export UV_CACHE_DIR ?= $(CURDIR)/.venv/cache
export PLAYWRIGHT_BROWSERS_PATH ?= $(CURDIR)/.venv/browsers

.PHONY: run test lint types types-of-code types-of-pages pages i18n migrate e2e load eval docs reset doctor help
.DEFAULT_GOAL := help

run: ## Install, prepare the database and the pages, start; PORT=8001 for another port
	@$(PYTHON) scripts/setup.py build
	@exec $(BIN)/koprogo up

test: ## Everything that must pass: lint, types, tests, build, end-to-end tests
	@$(PYTHON) scripts/setup.py dev --browser
	@$(MAKE) --no-print-directory -j 2 pages types lint
	$(BIN)/pytest tests -n 2 --no-loadscope-reorder -p no:playwright
	@$(MAKE) --no-print-directory e2e

lint: $(BIN)/ruff ## Style, format and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: types-of-code types-of-pages ## Type annotations

types-of-code: $(BIN)/pyright
	$(BIN)/pyright --pythonpath $(BIN)/python

types-of-pages: $(BIN)/pyright
	$(BIN)/pyright --pythonpath $(BIN)/python -p pyrightconfig.pages.json

pages: $(BIN)/koprogo
	$(BIN)/koprogo build

i18n: $(BIN)/pytest ## Bring new texts into the catalogues, to be translated there
	$(BIN)/pybabel -q extract --no-location --sort-output -o .venv/messages.pot koprogo_app -k t -k N_ -k Invalid \
	  -k NotFound -k Forbidden -k Conflict -k Unauthorized -k TooMany -k Busy -k translate:2
	$(BIN)/pybabel -q update --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date --no-wrap \
	  -i .venv/messages.pot -d translations

migrate: $(BIN)/koprogo ## Bring the database to this release; m="title" first writes a migration from the models
	$(BIN)/koprogo migrate $(if $(m),--new "$(m)")

e2e: $(BIN)/pytest pages ## End-to-end tests in a browser, on a fresh build
	$(BIN)/pytest e2e

load: $(BIN)/locust ## The load test of docs/dev
	$(BIN)/python loadtests/run.py

eval: $(BIN)/pytest ## How well the assistant finds, cites and refuses; FIT=1 also prints new coefficients
	PYTHONPATH=tests:. $(BIN)/python -m evaluation $(if $(FIT),--fit)

docs: $(BIN)/koprogo ## Write the pages of docs/ that are made from the code
	$(BIN)/koprogo docs

reset: $(BIN)/koprogo ## Forget the demonstration's database and files
	$(BIN)/koprogo reset

doctor: $(BIN)/koprogo ## Say what is wrong with this installation, and how to mend it
	$(BIN)/koprogo doctor

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/koprogo:
	@$(PYTHON) scripts/setup.py build

$(BIN)/ruff $(BIN)/pyright $(BIN)/pytest $(BIN)/locust:
	@$(PYTHON) scripts/setup.py dev

# The locks, after a change in pyproject.toml. UV_FLAGS=--upgrade also raises what our dependencies depend on.
requirements/dev.lock: pyproject.toml
	@$(PYTHON) scripts/setup.py build
	@set -e; lock() { \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --no-emit-find-links --custom-compile-command "make -B $@" $(UV_FLAGS) "$$@"; }; \
	lock pyproject.toml --group build --group dev --group load -o $@; \
	lock pyproject.toml --group build -c $@ -o requirements/build.lock; \
	lock pyproject.toml -c $@ -o requirements/run.lock; \
	lock --group bootstrap -o requirements/bootstrap.lock
