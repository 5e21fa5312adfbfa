# Everything runs in .venv, which is made from Python 3.11 or later and pyproject.toml.
#
#   make demo    assess the example capture; the last line is the path of the report
#   make test    run every test
#   make lint    check style, types and the terms of the prose
#   make bench   measure speed and memory (BENCH=--quick for the small captures only)
#   make sizes   print what the core and all extras install, in fresh environments
#   make lowest  run the quick tests on the lowest versions of the dependencies that pyproject.toml allows
#   make mutants put small faults into the code and count those that a test notices
#   make fuzz    give damaged inputs to every parser (FUZZ='--inputs 1000000 --seed 7')
#   make clean   remove what these made
#
# PYTHON=python3.12 takes another Python, in an environment of its own: make test PYTHON=python3.12

VENV := .venv$(if $(PYTHON),-$(notdir $(PYTHON)))
LOWEST := .venv-lowest
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench sizes lowest mutants fuzz clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(STAMP)
	@$(BIN)/cicatrix assess examples/cheek --case examples/case.toml --out demo-out

test: $(STAMP)
	@$(BIN)/python -m pytest $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund && npm run --silent lint; \
	else echo "The scripts of the pages are not checked: ESLint and Prettier need Node.js 20 and npm, and there is none."; fi
	$(BIN)/python tools/prose.py

bench: $(STAMP)
	@$(BIN)/python benchmarks/run.py $(BENCH)
	@$(BIN)/python benchmarks/fit.py $(BENCH)
	@$(BIN)/python benchmarks/whole.py $(BENCH)
	@$(BIN)/python benchmarks/conclude.py
	@$(BIN)/python benchmarks/web.py $(BENCH)
	@$(BIN)/python benchmarks/viewer.py
	@$(BIN)/python benchmarks/login_flood.py

sizes: $(STAMP)
	@$(BIN)/python benchmarks/sizes.py

lowest: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/python -m venv --clear $(LOWEST)
	@$(BIN)/uv pip compile --quiet --no-header --no-deps --resolution lowest-direct --extra all pyproject.toml \
	  --python $(LOWEST)/bin/python --output-file $(LOWEST)/lowest.txt
	@$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(LOWEST)/bin/python -m pip install --quiet --editable ".[all]" --group dev --constraint $(LOWEST)/lowest.txt
	@$(LOWEST)/bin/python -m pytest -m "not slow" $(TESTS)

mutants: $(STAMP)
	@$(BIN)/python benchmarks/mutants.py --least 85

fuzz: $(STAMP)
	@$(BIN)/python -m tests.fuzz $(FUZZ)

clean:
	rm -rf .venv .venv-* node_modules demo-out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml Makefile
	@found=; for python in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14; do \
	  if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Cicatrix needs Python 3.11 or later with its venv module, and found none." >&2; \
	  echo "Install one (on Debian and Ubuntu: apt install python3 python3-venv)," >&2; \
	  echo "or name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	echo "making $(VENV) with $$found" && $$found -m venv --clear $(VENV)
	@# Groups of dependencies need pip 25.1 or later.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable ".[all]" --group dev
	@touch $(STAMP)
