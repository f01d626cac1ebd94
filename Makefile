# Amends. Everything needs Python 3.11 or newer and make; the rest is installed into .venv on first use.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
# One more than two cores: a test often waits for its database, its browser or its sandbox.
JOBS ?= 3
# What is compiled is kept, also where the environment says otherwise: each of the many processes of a run would compile
# all of the portal anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help env run test lint types format pictures drill prove bench reliability lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: .venv/.tools ## Make the environment in .venv, pinned and checked by hash; brought up to date when requirements change

# The first of these that really runs and is new enough: a version manager may put names on PATH that do not run. Where
# PATH holds several of one name, the quickest: a Python built without optimisation takes a third longer for the same.
PYTHONS := python3.13 python3.12 python3.11 python3.14 python3 python
TRY := import sys, time, timeit, venv, ensurepip; sys.version_info < (3, 11) and sys.exit(1); \
  print(int(min(timeit.repeat("for i in range(20000): d[str(i % 99)] = i", "d = {}", time.process_time, 5, 5)) * 1e6))
.venv/.made:
	@for name in $(or $(PYTHON),$(PYTHONS)); do \
	  best=; least=; \
	  for python in $$(which -a "$$name" 2>/dev/null || command -v "$$name"); do \
	    took=$$("$$python" -c '$(TRY)' 2>/dev/null) || continue; \
	    if [ -z "$$best" ] || [ "$$took" -lt "$$least" ]; then best=$$python; least=$$took; fi; \
	  done; \
	  [ -n "$$best" ] || continue; \
	  echo "Making .venv with $$("$$best" --version), $$best ..."; \
	  "$$best" -m venv --clear .venv && touch $@ && exit 0; \
	  echo "The environment could not be made; see the lines above." >&2; exit 1; \
	done; \
	echo "Amends needs Python 3.11 or newer with its venv module (on Debian: apt-get install python3-venv)." >&2; \
	echo "None was found on PATH; name one with: make PYTHON=/path/to/python3 run" >&2; \
	exit 1

.venv/.packages: requirements.txt | .venv/.made
	@echo "Installing what Amends needs ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.tools: requirements-dev.txt .venv/.packages
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

run: .venv/.packages ## Start everything: make run, or make run ORDERS=orders.csv PAYMENTS=payments.csv
	@exec $(PY) -m portal.launch run $(if $(ORDERS),--orders "$(ORDERS)") $(if $(PAYMENTS),--payments "$(PAYMENTS)")

# In the order of the folders, because the slow journeys in a browser come last where files go by how many tests they hold.
test: lint types ## The whole gate: lint, layout, types, import contracts, every test, browser included
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: env ## Rules, layout and import contracts
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

types: env ## Types: strict in domain, services and gateways
	@$(PY) -m mypy --num-workers $(JOBS)

format: env ## Lay the code out, and mend what can be mended by itself
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

pictures: env ## Pictures of every page, one contact sheet a front, into build/pictures; and the strip of README
	@$(PY) -m tests.pictures

drill: env ## Dump a book, restore it into a server that never saw it, and check all of it there
	@$(PY) -m pytest -q tests/records/test_restore.py

prove: env ## Money moves exactly once, whatever breaks: 1,000 simulated histories, and processes killed
	@$(PY) -m tests.prove $(PROVE)

bench: env ## Measure against the floor, into instance/bench.json; SCALE=full for the large data sets
	@$(PY) -m tests.bench $(if $(SCALE),--scale "$(SCALE)")

reliability: env ## Run what proves an id, and write docs/reliability.md; RESULTS="a.jsonl b.jsonl" adds earlier runs
	@mkdir -p build && rm -f build/reliability.jsonl
	-@$(PY) -m pytest -n $(JOBS) --dist loadfile -q -m proves --reliability build/reliability.jsonl $(PYTEST)
	@$(PY) -m tests.reliability $(RESULTS) build/reliability.jsonl > build/reliability.md; came=$$?; \
	if [ -s build/reliability.md ]; then mv build/reliability.md docs/reliability.md; fi; exit $$came

lock: env ## Pin the newest versions of everything in requirements*.in, with hashes
	@$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -o requirements.txt requirements.in
	@$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -c requirements.txt -o requirements-dev.txt requirements-dev.in

clean: ## Remove the environment and caches; instance/, which holds data, stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
