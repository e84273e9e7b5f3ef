# make chat: a fresh machine to the chat window.  make test: a fresh machine to the test result.
# Needs Python 3.11 to 3.13; uses uv where it is installed, pip where it is not.

PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { command -v "$$p"; break; }; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin

ifdef UV
export UV_PYTHON_DOWNLOADS := never
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt
VENV = $(UV) venv --quiet --python "$(PYTHON)" .venv
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
VENV = "$(PYTHON)" -m venv .venv
endif

.PHONY: chat test lint eval bench lock clean

chat: .venv/installed
	$(BIN)/pincite serve --demo --open

test: .venv/installed-dev
	$(BIN)/python -m pytest

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright

eval: .venv/installed
	$(BIN)/pincite eval

bench: .venv/installed-dev
	for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

lock:  ## pins what is newest now; look at the tests before committing it
	uv pip compile --quiet --universal --python-version 3.11 --extra dev pyproject.toml --output-file constraints.txt --custom-compile-command "make lock" --upgrade

clean:
	rm -rf .venv build dist *.egg-info

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "pincite needs Python 3.11, 3.12 or 3.13: install one, or run make PYTHON=/path/to/it" >&2; exit 1; }
	$(VENV)

.venv/installed: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(INSTALL) --editable '.[dev]'
	@touch $@
