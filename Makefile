# Everything sets itself up: Python 3.11 or newer and make are enough, the packages come from requirements.lock.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/ready

.PHONY: setup demo test test-slow bench gate accuracy scans fuzz page-picture lint

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("gknb needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The whole way on a made-up province: crawl, archive, read, build, answers.
demo: $(READY)
	$(BIN)/gknb demo

# Some hundred commands are run, each a process of its own, which else compiles all modules anew where Python
# is told to keep none.
test: $(READY)
	$(BIN)/python -m compileall -q gknb.py base commands crawler demo extract publish query
	$(BIN)/python -m pytest -n logical --dist loadfile

# What takes minutes: crashes at every step, large corpora. Then every property test on examples that no run
# has drawn before; a find is kept as an @example. The seed is printed, and given again (make test-slow SEED=7).
SEED ?= $(shell $(PYTHON) -c 'import secrets; print(secrets.randbelow(10**9))')
test-slow: $(READY)
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest -n logical -m hypothesis --hypothesis-profile search --hypothesis-seed $(SEED)

bench: $(READY)
	$(BIN)/python -m bench

# Accuracy must not fall below bench/floors.json: some hundred generated reports, and the real ones where they are.
gate: $(READY)
	$(BIN)/python -m bench.accuracy --gate
	test ! -d ../shared/corpus || $(BIN)/python -m bench.accuracy --gate --corpus ../shared/corpus

# The same over 20,000 generated reports (half an hour), with the results kept.
accuracy: $(READY)
	for seed in 2026 2027 2028 2029; do \
		$(BIN)/python -m bench.accuracy --count 5000 --seed $$seed --show 5 \
			--write bench/results/accuracy-$$seed.md || exit 1; done

# Scans of reports that two programs set, 150 to 300 dpi and every condition: 50,000 cells, the results kept. Half
# an hour of one core each.
scans: $(READY)
	for seed in 2026 2027 2028 2029; do \
		$(BIN)/python -m bench.accuracy --scans --count 90 --seed $$seed --jobs 1 --show 60 \
			--write bench/results/scans-$$seed.md || exit 1; done

# 100,000 mutated files through every reader (an hour), with the result kept.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --inputs 100000 --write bench/results/fuzz.md

# The picture of the page in README, of what make demo made; needs chromium and fonts-noto-cjk.
page-picture: $(READY)
	$(BIN)/python -m demo.page_picture docs/page.png

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
