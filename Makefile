# The two commands of the README, and what developers use. Needs only Python 3.11+ and make;
# without make: `python3 .ci/setup.py python sample_profiles/demo.py` and `python3 .ci/setup.py pytest`.
PYTHON ?= python3
IN = $(PYTHON) .ci/setup.py

.PHONY: demo test lint docs bench setup

demo:
	@$(IN) python sample_profiles/demo.py

test:
	@$(IN) pytest -q -n auto

setup:
	@$(IN)

lint:
	@$(IN) ruff check
	@$(IN) ruff format --check
	@$(IN) mypy
	@$(IN) lint-imports

docs:
	@$(IN) python docs/write.py

# PEER_CHECKOUT=DIR PEER_MANIFESTS=DIR: also against mobileconfig-validator, see docs/benchmarks.md
bench:
	@$(IN) python benchmarks/run.py
