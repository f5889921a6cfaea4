# Two commands do everything on a fresh machine: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
STACK ?= best-friends
# Chromium for the tests that look at pages; Debian's package where there is none.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
# One more than there are processors: the tests of the whole mostly wait, for letters and for a year's end.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: help setup run up test lint types arrows templates fmt golden bench-import bench-dispatch bench-audit bench-clients requirements browser deploy clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/.ready ## Make .venv with everything in it, pinned by hash

.venv/.ready: requirements.txt pyproject.toml .python-version
	@./.ci/python-313 .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## A whole programme year on the embedded AWS: a table, and the report in out/report.html
	@mkdir -p out
	@$(BIN)/best-friends rehearse sample --year 2025 --json out/outcome.json --report out/report.html

up: setup ## The same, slowly, with mailbox, pages and report on http://127.0.0.1:8000
	@$(BIN)/best-friends up sample

test: setup browser lint types arrows templates ## Everything that CI checks
	@# A file, or a folder in tests/whole, is one worker's: it may have a deployed system (tests/conftest.py).
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: setup ## Style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## Types, strictly
	@$(BIN)/mypy

arrows: setup ## Imports run one way
	@$(BIN)/lint-imports

templates: setup ## CloudFormation, by its own linter
	@AWS_DEFAULT_REGION=eu-central-1 $(BIN)/cfn-lint template.yaml infra/*.yaml

fmt: setup ## Put everything in form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

golden: setup ## Write the golden copy of the transformed template anew
	@$(BIN)/python tests/structure/golden.py

bench-import: setup ## How fast an export is checked, and in how much memory
	@$(BIN)/python benchmarks/check_export.py

bench-dispatch: setup ## How fast a wave is drawn, against four other ways
	@$(BIN)/python -m benchmarks.dispatch --json out/bench-dispatch.json

bench-audit: setup ## How fast the ledger is audited, and in how much memory
	@$(BIN)/python benchmarks/audit.py

bench-clients: setup ## What a cold start pays for its clients of DynamoDB
	@$(BIN)/python benchmarks/clients.py

requirements: setup ## Pin what pyproject.toml asks for, by hash
	@$(BIN)/uv pip compile --quiet --python-version 3.13 --generate-hashes --all-extras --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@echo 'openbadgeslib' | $(BIN)/uv pip compile --quiet --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --constraint requirements.txt - -o layers/badges/requirements.txt
	@echo 'numpy' | $(BIN)/uv pip compile --quiet --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --constraint requirements.txt - -o layers/numbers/requirements.txt
	@$(BIN)/uv pip compile --quiet --python-version 3.13 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o layers/dependencies/requirements.txt

browser:
ifeq ($(CHROMIUM),)
	@echo "chromium is not here; installing Debian's package"
	@(apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null) || \
	  { echo "chromium cannot be installed here; install it, so that the pages are tested in a browser"; [ "$$CI" != true ]; }
endif

deploy: setup ## Build and deploy to AWS with the SAM CLI (docs/deploy.md)
	PYTHON=$(CURDIR)/$(BIN)/python sam build
	sam deploy --stack-name $(STACK)
	@# sam deploy cannot read Fn::ForEach, the AWS CLI can
	aws cloudformation deploy --stack-name $(STACK)-operations --template-file infra/operations.yaml --capabilities CAPABILITY_AUTO_EXPAND --parameter-overrides Stack=$(STACK)

clean: ## Remove what was made
	rm -rf .venv out .aws-sam .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
