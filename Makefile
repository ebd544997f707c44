# Everything is in `python3 -m app` (standard library alone until .venv exists); PYTHON=python3.13 make demo chooses another.
PYTHON ?= python3
.PHONY: help demo test bench chaos

help:
	@$(PYTHON) -m app help

demo:
	@PEOPLE="$(PEOPLE)" $(PYTHON) -m app demo

test:
	@$(PYTHON) -m app test $(ARGS)

bench:
	@$(PYTHON) -m app bench $(ARGS)

chaos:
	@$(PYTHON) -m app chaos $(ARGS)
