# One place for what a person types. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The build tool of the package itself is held to the same pins.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt

# Where it is set, each of some hundred processes of a test run would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# As many as cores this process may use. Files go in their order: by number of tests, the slow walks through a day, few in
# a file, would come last and one after another.
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
LEAFLET := static/vendor/leaflet/leaflet-map.js
DECODER := static/vendor/qr/decode.js
PEERS := bench/vendor/jquery/jquery.min.js
LIGHTHOUSE := bench/lighthouse/node_modules/lighthouse/package.json

.PHONY: help setup setup-test run test check bench faults clean

help:  ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/.setup-product $(LEAFLET) $(DECODER)  ## .venv with the package, browser files in static/vendor

run: setup  ## the map: demo data if there is none, serve, print the address with a one-time sign-in
	$(BIN)/mapsvc run

test: setup-test check  ## everything that can fail: rules, both databases, real browser, wheel
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: .venv/.setup-test  ## rules only: ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup-test $(PEERS) $(if $(filter phone,$(or $(ONLY),phone)),$(LIGHTHOUSE))  ## measure against peers and limits; one table each (ONLY="map start" picks some)
	@for name in $(or $(ONLY),$(patsubst bench/%.py,%,$(shell grep -l __main__ bench/*.py))); do \
	    echo "== $$name"; $(BIN)/python -m bench.$$name || exit 1; done

faults: setup-test  ## kill, fill, cut: nothing acknowledged may be lost
	@for name in $(patsubst tests/faults/%.py,%,$(shell grep -l __main__ tests/faults/*.py)); do \
	    echo "== $$name"; $(BIN)/python -m tests.faults.$$name || exit 1; done

clean:  ## remove what was built or installed; data stays
	rm -rf .venv node_modules bench/lighthouse/node_modules .setup-* static/vendor bench/vendor dist build *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find mapsvc tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +

setup-test: setup .venv/.setup-test
	@sh tools/system.sh

.venv/bin/python:
	sh tools/venv.sh

.venv/.setup-product: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install --quiet -e ".[postgres]"
	@touch $@

.venv/.setup-test: .venv/.setup-product
	$(BIN)/pip install --quiet -e ".[postgres,test]"
	@touch $@

$(LEAFLET): package-lock.json tools/vendor.py tools/leaflet-map.js tools/qr-decode.js | .venv/bin/python
	sh tools/npm.sh ci --omit=dev --silent
	$(BIN)/python tools/vendor.py product

# Made by the same step: only if it alone is missing is there something to do.
$(DECODER): $(LEAFLET)
	@test -e $@ || { sh tools/npm.sh ci --omit=dev --silent && $(BIN)/python tools/vendor.py product; }

$(PEERS): package-lock.json tools/vendor.py | .venv/bin/python
	sh tools/npm.sh ci --silent
	$(BIN)/python tools/vendor.py peers

# Heavy, and of use to bench/phone.py alone. It asks for a newer Node than systems have.
$(LIGHTHOUSE): bench/lighthouse/package-lock.json | .venv/bin/python
	sh tools/node.sh
	sh tools/npm.sh ci --prefix bench/lighthouse --silent
	@touch $@
