# `make` lists what there is. Everything is installed into .venv, nothing outside this folder.
# Another interpreter: make PYTHON=/path/to/python3.13 ...

VENV := .venv
BIN  := $(VENV)/bin
ARGS ?=

# The newest Python that answers. PYENV_VERSION lets a pyenv shim find the version of its own name; others ignore it.
define find_python
for version in 3.13 3.12; do \
	if PYENV_VERSION=$$version python$$version -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		PYENV_VERSION=$$version python$$version -c 'import sys; print(sys.executable)'; break; \
	fi; \
done
endef

.DEFAULT_GOAL := help
.PHONY: help run test check app bench ci-slow clean

help:
	@echo "make run      assess the plan of 大渡口 as things stand: which targets are reached, how likely"
	@echo "              (make run ARGS='assess plan --runs 200' runs any other command)"
	@echo "make test     the tests, without the slow ones (make test ARGS='-k luck' picks some)"
	@echo "make check    style and types"
	@echo "make ci-slow  the slow tests"
	@echo "make app      the app in a browser: set policy, see what comes of it (make app ARGS='--port 8800')"
	@echo "make bench    speed and memory, as ratios of one run: twenty minutes (make bench ARGS=--quick)"
	@echo "make clean    remove .venv and what the tools left behind"

$(VENV)/.installed: pyproject.toml constraints.txt
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "Yidu needs Python 3.13 or 3.12 with its venv module, but neither python3.13 nor python3.12 answers" \
			"here: install one, or name one with make PYTHON=/path/to/python3.13." >&2; exit 1; \
	fi; \
	echo "Installing Yidu into $(VENV) with $$("$$python" --version): about 2 GB, some minutes, once."; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]' </dev/null
	@touch $@

run: $(VENV)/.installed
	@$(BIN)/yidu $(or $(ARGS),assess)

# One run first, so that two test workers do not both compile the rules.
test: $(VENV)/.installed
	@$(BIN)/yidu run --draw 0 >/dev/null
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow" $(ARGS)

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/mypy

# pytest answers 5 where no test is marked slow, which is no failure.
ci-slow: $(VENV)/.installed
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m slow $(ARGS) || [ $$? -eq 5 ]

app: $(VENV)/.installed
	@$(BIN)/yidu app $(ARGS) || [ $$? -eq 130 ]

bench: $(VENV)/.installed
	@$(BIN)/yidu bench $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
