# `make demo` and `make test` do all their own set-up; `make check` runs in the environment they made.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export AIGG_CACHE ?= $(CURDIR)/$(VENV)/cache
# Tests start hundreds of processes, each of which would compile all modules where bytecode is not kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo environment test check check-fast check-dependencies style format docs audit mutants bench bench-load clean

demo: $(VENV)/demo
	@mkdir -p out
	$(BIN)/aigg build -o out/roundtable.ttl
	$(BIN)/aigg validate
	$(BIN)/aigg query organisers
	$(BIN)/aigg draw -o out/roundtable.html

environment: $(VENV)/test

test: $(VENV)/test
	-$(BIN)/python tools/fetch_workbench.py
	tools/debian-packages
	-tools/node-packages
	$(MAKE) check
	$(BIN)/python tools/check_dependencies.py --ends $(VENV)/dependencies

# The tests of a file stay on one worker, which makes what they share once. Many wait for a browser
# or a server, so that there are half as many more workers than processors.
WORKERS = $$($(BIN)/python -c "import os; print(os.cpu_count() * 3 // 2)")
PYTEST = $(BIN)/pytest --dist loadfile --no-loadscope-reorder -n

check: style
	$(PYTEST) $(WORKERS)

# What to run after each change: all but the tests that need a browser, a server or much time.
check-fast: style
	$(PYTEST) auto -m "not browser and not server and not slow"

# The lowest dependencies on the lowest Python, the newest on every other one that is here; `test`
# checks the two ends.
check-dependencies:
	$(BIN)/python tools/check_dependencies.py $(VENV)/dependencies

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/turtlefmt --check ontology tests
	tools/check-scripts

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/turtlefmt ontology tests
	if [ -x node_modules/.bin/biome ]; then node_modules/.bin/biome check --write; fi

docs:
	$(BIN)/python tools/command_reference.py docs/commands.md
	$(BIN)/python tools/api_reference.py docs/api.md
	$(BIN)/python tools/ontology_reference.py docs/ontology.md

# Known faults of what is installed; this needs internet and says so where there is none.
audit: $(VENV)/test
	$(BIN)/python tools/audit.py

# make mutants MODULE=graph_builder/compare/conflicts.py [SAMPLE=100] [TESTS=tests/...]
mutants: $(VENV)/mutants
	$(BIN)/python tools/mutants.py $(MODULE) $(TESTS) $(if $(SAMPLE),--sample $(SAMPLE))

# Ours beside other programs, in an environment of its own: make bench [SIZES=--quick] [PAGE=...]
PAGE ?= docs/benchmarks.md
bench: $(VENV)/bench/installed
	$(VENV)/bench/bin/python benchmarks/run_benchmarks.py $(SIZES) \
	  --results $(PAGE:.md=.json) --output $(PAGE)

# The server under load, beside oxigraph; on a machine that does nothing else.
bench-load: $(VENV)/test
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/load.py

clean:
	rm -rf $(VENV) build dist node_modules out *.egg-info

$(VENV)/demo: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/test: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable ".[test]"
	@touch $@

# kglab is in no extra, since it needs igraph, which is GPL.
$(VENV)/bench/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)/bench
	$(VENV)/bench/bin/pip install --quiet --editable ".[bench,serve]" "kglab>=1.0.1"
	@touch $@

$(VENV)/mutants: $(VENV)/test
	$(BIN)/pip install --quiet --editable ".[test,mutants]"
	@touch $@
