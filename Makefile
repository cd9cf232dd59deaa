# `make` lists what there is. Everything is installed into .venv, nothing outside this folder.
# Another interpreter: make PYTHON=/path/to/python3.13 ...

VENV := .venv
BIN  := $(VENV)/bin
RUN  := $(VENV)/.installed-run
DEV  := $(VENV)/.installed-dev
PIP  := $(BIN)/python -m pip install --disable-pip-version-check --no-compile --no-deps
ARGS ?=

unexport PYTHONDONTWRITEBYTECODE

# The newest Python that answers. PYENV_VERSION lets a pyenv shim find the version of its own name; others ignore it.
define find_python
for version in 3.13 3.12; do \
	if PYENV_VERSION=$$version python$$version -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		PYENV_VERSION=$$version python$$version -c 'import sys; print(sys.executable)'; break; \
	fi; \
done
endef

.DEFAULT_GOAL := help
.PHONY: help run test check app bench ci-slow bundle pins clean

help:
	@echo "make run      assess the plan of 大渡口 as things stand: which targets are reached, how likely"
	@echo "              (make run ARGS='assess plan --runs 200' runs any other command)"
	@echo "make test     the tests, without the slow ones (make test ARGS='-k luck' picks some, ARGS='-m fast' takes a minute)"
	@echo "make check    style and types"
	@echo "make ci-slow  the slow tests"
	@echo "make app      the app in a browser: set policy, see what comes of it (make app ARGS='--port 8800')"
	@echo "make bench    speed and memory, as ratios of one run: twenty minutes (make bench ARGS=--quick)"
	@echo "make bundle   one zip that installs Yidu where there is no network: dist/yidu-VERSION-SYSTEM.zip (make bundle ARGS=win_amd64)"
	@echo "make pins     the hashes of requirements*.txt anew, from pyproject.toml and constraints.txt (needs uv)"
	@echo "make clean    remove .venv and what the tools left behind"

# What running needs: packages with the hashes they were tested with, then this checkout. Python compiles what it imports as it does so.
$(RUN): pyproject.toml setup.py requirements.txt
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "Yidu needs Python 3.13 or 3.12 with its venv module, but neither python3.13 nor python3.12 answers" \
			"here: install one, or name one with make PYTHON=/path/to/python3.13." >&2; exit 1; \
	fi; \
	echo "Installing Yidu into $(VENV) with $$("$$python" --version): about 1 GB, a minute or two, once."; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements.txt </dev/null
	@$(PIP) --no-build-isolation -e . </dev/null
	@$(BIN)/python -m yidu.viz.app.scripts
	@touch $@

# What testing needs beside it.
$(DEV): $(RUN) requirements-dev.txt
	@echo "Installing what the tests need: about 0.5 GB more, once."
	@$(PIP) --require-hashes -r requirements-dev.txt </dev/null
	@touch $@

run: $(RUN)
	@$(BIN)/yidu $(or $(ARGS),assess)

# One run first, so that two test workers do not both compile the rules. A file's tests share what they start and compute: one worker takes
# them all (pytest-xdist 3.8 does not see its own groups under pytest 9.2).
test: $(DEV)
	@$(BIN)/yidu run --draw 0 >/dev/null
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow" $(ARGS)

# Types are checked under the names that are installed: a folder of links has the rooms inside the package.
check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	@mkdir -p $(VENV)/typed/yidu
	@for room in agents sim calibration experiments viz bench; do ln -sfn ../../../$$room $(VENV)/typed/yidu/$$room; done
	@for file in __init__.py __main__.py command.py py.typed; do ln -sf ../../../yidu/$$file $(VENV)/typed/yidu/$$file; done
	cd $(VENV)/typed && ../bin/mypy --config-file ../../pyproject.toml -p yidu

# pytest answers 5 where no test is marked slow, which is no failure.
ci-slow: $(DEV)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m slow $(ARGS) || [ $$? -eq 5 ]

app: $(RUN)
	@$(BIN)/yidu app $(ARGS) || [ $$? -eq 130 ]

bench: $(DEV)
	@$(BIN)/yidu bench $(ARGS)

bundle: $(RUN)
	@$(BIN)/python -m yidu.bench.bundle $(ARGS)

# One file for running, one for testing: packages for all systems and both Pythons. setuptools builds this checkout.
LOCK := uv pip compile pyproject.toml - -c constraints.txt --universal --python-version 3.12 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --quiet
pins:
	echo setuptools | $(LOCK) -o requirements.txt
	echo setuptools | $(LOCK) --extra dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
