# The two commands: `make demo` and `make test`. Python 3.11 or newer is all that must be there.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# Debian's PostgreSQL, the oldest from 15 on: Supabase runs 15 and 17.
OLDER = $(firstword $(filter 15 16 17,$(sort $(notdir $(wildcard /usr/lib/postgresql/*)))))

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset check test test-older test-pooler fresh bench bench-jobs bench-staff bench-tabs format

help:
	@echo "make demo        start the Desk with demo data on http://localhost:8501 (PORT, DEMO_SCALE=small|medium|large)"
	@echo "make demo-reset  the same, with new data"
	@echo "make check       format, lint, types, imports, migrations, unit tests"
	@echo "make test        make check, then every other test"
	@echo "make test-pooler every database test through a pooler (apt-get install pgbouncer)"
	@echo "make fresh       make demo and make test on a bare Debian 12, as an ordinary user and as root (TARGET=check)"
	@echo "make bench       measure the roll-ups against raw rows (BENCH_ROWS=3000000), and every read of Content"
	@echo "make bench-jobs  measure every read of Jobs on a million jobs (made once, some minutes)"
	@echo "make bench-staff play 10, 25 and 50 staff at once, with and without the Desk's own garbage collection"
	@echo "make bench-tabs  open and close 1,000 tabs, and see that memory stays flat"
	@echo "make format      format the code"

demo: $(READY)
	@exec $(BIN)/python manage.py demo

demo-reset: $(READY)
	@exec $(BIN)/python manage.py demo --reset

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py migrate --sql > .venv/migrations.sql
	$(BIN)/squawk .venv/migrations.sql
	$(BIN)/pyright
	$(BIN)/pytest tests/unit

test: check
	@sh tests/prerequisites.sh
	$(BIN)/pytest -n 3 --dist worksteal tests/db tests/pages tests/web
	@$(MAKE) --no-print-directory test-older
	@$(BIN)/python -m tests.support.chromium
	$(BIN)/pytest -n 3 --dist worksteal tests/browser

# A make of its own, since what is installed may have changed meanwhile.
test-older:
	$(if $(OLDER),TEST_PG=$(OLDER) $(BIN)/pytest -n 3 --dist worksteal tests/db,@echo "Tested on PostgreSQL 18 only: there is no /usr/lib/postgresql/15, 16 or 17.")

# Every database test through PgBouncer in transaction mode; `make test` holds a short one.
test-pooler: $(READY)
	TEST_POOLER=1 $(BIN)/pytest -n 3 --dist worksteal tests/db

# The last commit on a bare Debian 12, as an ordinary user with nothing but Python, and as root.
fresh:
	@sh tests/fresh.sh

# What it measures of Content goes to benchmarks/results/, which is kept.
bench: $(READY)
	@$(BIN)/python -m benchmarks
	@$(BIN)/python benchmarks/content.py

bench-jobs: $(READY)
	@$(BIN)/python benchmarks/jobs.py

bench-staff: $(READY)
	@$(BIN)/python benchmarks/staff.py

bench-tabs: $(READY)
	@$(BIN)/python benchmarks/tabs.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11. Install a newer one and name it: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "$(PYTHON) cannot make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what requirements-dev.txt names into .venv; this happens once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(READY)
