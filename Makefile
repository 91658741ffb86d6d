# Matinee: two commands do everything. `make up` runs it, `make test` tests it; both first install what is missing.

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .matinee/installed
FRONTEND := $(shell find frontend \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/common:$(CURDIR)/clients/cli

##@ Use

.PHONY: up
up: ## Start all of Matinee on this machine; Ctrl-C stops it
	@$(MAKE) --no-print-directory -j4 setup
	@$(BIN)/python -m infra.local up

.PHONY: setup
setup: $(INSTALLED)/python $(INSTALLED)/localstack $(INSTALLED)/tusd $(INSTALLED)/frontend ## Install what `make up` needs

.PHONY: deploy-local
deploy-local: ## Deploy the templates to LocalStack, and try the whole way on what they made
	@$(MAKE) --no-print-directory -j4 setup
	@$(BIN)/python -m tests.deploy_local

.PHONY: smoke
smoke: $(INSTALLED)/python ## Go the whole way of a video once, on any running Matinee: make smoke URL=https://…
	@$(BIN)/python -m tests.smoke $(URL)

.PHONY: reset
reset: ## Remove all that was installed and built here
	rm -rf .matinee .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

##@ Change

.PHONY: test
test: ## Check and test everything
	@$(MAKE) --no-print-directory -j4 setup $(INSTALLED)/browser $(INSTALLED)/aws-tools $(INSTALLED)/checkov $(INSTALLED)/lambda_runtime
	@$(MAKE) --no-print-directory lint
	cd frontend && npm test
	@$(MAKE) --no-print-directory -j3 -k --output-sync=target test-whole-way test-engine test-parts

# Side by side: each spends much of its time waiting, for a browser or for ffmpeg.
.PHONY: test-whole-way test-engine test-parts
test-whole-way: # the stack as people use it, in a real browser
	$(BIN)/pytest tests/e2e

test-engine: # the worker with real originals, and whatever can happen to it
	$(BIN)/pytest tests/integration/transcode

test-parts: # everything else
	$(BIN)/pytest --ignore=tests/e2e --ignore=tests/integration/transcode

.PHONY: lint
lint: $(INSTALLED)/python $(INSTALLED)/frontend-packages ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd frontend && npm run check

.PHONY: lock
lock: $(INSTALLED)/python ## Write the hashed requirements files anew from pyproject.toml
	infra/local/lock.sh

.PHONY: images
images: ## Build all container images (needs Docker)
	infra/images/build.sh

.PHONY: help
help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

# What is installed. Each file here is written when its step is done, so that the step runs again when its inputs change.

$(INSTALLED)/python: requirements-dev.txt | $(INSTALLED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Matinee needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(INSTALLED)/localstack: infra/local/localstack-requirements.txt | $(INSTALLED)
	.matinee/localstack/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .matinee/localstack
	.matinee/localstack/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

$(INSTALLED)/aws-tools $(INSTALLED)/checkov: $(INSTALLED)/%: infra/%-requirements.txt | $(INSTALLED)
	.matinee/$*/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .matinee/$*
	.matinee/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

$(INSTALLED)/tusd: infra/tusd/go.mod infra/tusd/go.sum infra/tusd/install.sh infra/local/with_go.sh | $(INSTALLED)
	infra/tusd/install.sh
	@touch $@

$(INSTALLED)/lambda_runtime: infra/lambda_runtime/go.mod infra/lambda_runtime/go.sum infra/lambda_runtime/install.sh infra/local/with_go.sh | $(INSTALLED)
	infra/lambda_runtime/install.sh
	@touch $@

$(INSTALLED)/frontend-packages: frontend/package.json frontend/package-lock.json | $(INSTALLED)
	@command -v npm >/dev/null || { echo "Matinee needs Node 20.19 or newer (with npm) to build its pages."; exit 1; }
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(INSTALLED)/frontend: $(INSTALLED)/frontend-packages $(FRONTEND)
	cd frontend && npm run build
	@touch $@

$(INSTALLED)/browser: infra/local/install_browser.sh | $(INSTALLED)
	infra/local/install_browser.sh
	@touch $@

$(INSTALLED):
	@mkdir -p $@
