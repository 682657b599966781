# What a newcomer types. Each target does its own set-up; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check format bench fuzz messages lock clean
help:
	@sed -n 's/^## //p' Makefile

.venv/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed ($(PYTHON) is missing or older); install it, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing the packages of requirements.lock into .venv (once, under a minute) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

## make demo    the product with the five plans and demonstration values, in your browser
demo: .venv/.installed
	@$(BIN)/python -m yuxi_eldercare.demo

## make test    all tests: SQLite and, beside it, PostgreSQL where it is installed (ARGS="-k word" passes on to pytest)
test: .venv/.installed
	@$(BIN)/python -m tests.run $(ARGS)

## make check   format, lint, types, architecture, migrations, translations
check: .venv/.installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@DEBUG=1 $(BIN)/mypy yuxi_eldercare targets projects subsidies
	@DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@DEBUG=1 $(BIN)/python -m pytest -q tests/architecture

## make format  rewrite the code in the project's format
format: .venv/.installed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

## make bench   ratios and statement counts, measured in one run
bench: .venv/.installed
	@DEBUG=1 $(BIN)/python -m tests.bench $(ARGS)

## make fuzz    ten thousand random histories of the subsidy books on a private PostgreSQL
fuzz: .venv/.installed
	@$(BIN)/python -m tests.subsidies.fuzz $(ARGS)

## make messages  refresh and compile the English translation (needs gettext)
messages: .venv/.installed
	@DEBUG=1 $(BIN)/python manage.py makemessages -l en --no-location --no-obsolete -i .venv -i var
	@DEBUG=1 $(BIN)/python manage.py compilemessages -l en -i .venv -i var

## make lock    resolve requirements.lock anew from pyproject.toml (needs uv)
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements.lock

## make clean   remove .venv and the demonstration database
clean:
	rm -rf .venv var
