# SPDX-License-Identifier: AGPL-3.0-or-later
# `make demo` and `make test` set up all that they need; nothing else has to be typed before them.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

# What the screens draw with, what speaks, what turns papers into pictures for the tests.
SYSTEM := python3-venv libegl1 libgl1 libgl1-mesa-dri libgles2 libfribidi0 libmtdev1 espeak-ng poppler-utils
# A second opinion on our archives, where the distribution still has version 2 of it.
ORACLE := belenios-tool

export SDL_AUDIODRIVER ?= dummy
export KIVY_NO_ARGS := 1

.PHONY: demo test check suite offline fuzz soak nightly bench setup oracles system format clean

demo: setup
	@[ -n "$(DEMO)" ] || [ ! -f demo/summary.json ] || rm -rf demo  # the last one that was played
	$(BIN)/urna demo $(or $(DEMO),--out demo)

test: check suite offline

# Linters, types, contracts between the rooms, licences.
check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint

suite: setup oracles
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -q -n auto --dist loadfile
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under=90 | tail -n 40
	$(BIN)/python -m coverage report --fail-under=100 \
	  --include='ballots/*,sync/conversation.py,sync/peer.py,sync/wishes.py,sync/asking.py,sync/holdings.py,sync/reservation.py,sync/turns.py,sync/pages.py,sync/wire.py,kiosk/flow/*,kiosk/joining/*'

# The promise of the first page, tried: everything passes where there is no network at all.
offline: setup oracles
	$(BIN)/python -m tests.offline

# For Linux on x86_64, where atheris is published.
fuzz: setup
	$(BIN)/uv sync --frozen --quiet --group fuzz
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

# Evenings of simulated kiosks, and power cuts, as many as one wants.
soak: setup
	$(BIN)/python -m tests.soak --seeds $(or $(SEEDS),200) --cuts $(or $(CUTS),10000)

# Counts compared with libraries too heavy for every day, and for the lock file: half a gigabyte, and
# gurobipy, which pabutools asks for, is not free software. Nothing of ours calls it.
nightly: setup
	$(BIN)/uv run --frozen --quiet --with pabutools==1.2.3 --with pref-voting==1.18.2 \
	  python -m pytest -q -p no:cacheprovider --timeout=1200 tests/nightly_*.py

bench: setup
	$(BIN)/python -m benchmarks

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

setup: .venv/ready

.venv/ready: pyproject.toml uv.lock | system
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --frozen --quiet
	touch $@

# Others whom the tests ask about our archives: what cannot be had is skipped, and nothing stops.
oracles: .oracles/ready

.oracles/ready: .ci/sirona/package-lock.json
	@.ci/second-opinion .oracles

system:
	@.ci/system-packages '$(SYSTEM)' '$(ORACLE)'

clean:
	rm -rf .venv .oracles .fuzz demo .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
