# Everything that is typed while working on, or with, Citeback. `make` alone lists it.
#
# The environment is .venv, made from constraints.txt once for each set of extras; the stamps in it
# depend on pyproject.toml and constraints.txt, so a second `make chat` installs nothing.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
DOCS ?= docs
PORT ?= 0
ARGS ?=
VERSION ?=
# Processes that run tests. Each takes up to 3 GB, and waits for servers and a browser half of the time: four keep
# two cores busy. WORKERS=2 is for computers with less than 16 GB.
WORKERS ?= 4
# An index that has torch for the CPU alone, where the default one has it with gigabytes of CUDA (Linux):
# make chat TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
PINNED = pyproject.toml constraints.txt
INSTALL = @echo "Installing into .venv, which takes minutes the first time"; \
          .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
          $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
export DOCS PORT VERSION

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

# Each folder has an index of its own beside this file: .citeback for the manual in docs/, so that
# `citeback ask` finds it too, and .citeback-NUMBER for another, the number standing for its path.
# Exit status 1 of `index` says that some files could not be read; the others can be asked about.
.PHONY: chat
chat: .venv/.product ## Index a folder and open the page: make chat [DOCS=folder] [PORT=7860]
	@folder=$$(cd "$$DOCS" && pwd -P) || exit 2; \
	store=.citeback; \
	[ "$$folder" = "$$(cd docs && pwd -P)" ] || store=.citeback-$$(printf %s "$$folder" | cksum | cut -d' ' -f1); \
	echo "Indexing $$folder in $$store"; \
	.venv/bin/citeback index "$$folder" --replace --store "$$store" || [ $$? -eq 1 ] || exit $$?; \
	echo "To ask in a terminal: .venv/bin/citeback ask \"...\" --store $$store"; \
	exec .venv/bin/citeback chat --store "$$store" --port "$$PORT"

# Each process takes whole files, so that a server, browser or index that a file's tests share is made once.
.PHONY: test
test: .venv/.dev ## Run the tests: make test [WORKERS=4] [ARGS="-k split"]
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# A real object store and a real Ray cluster on this computer, on loopback only.
.PHONY: test-scale
test-scale: .venv/.scale ## Run the tests of indexes on an object store: make test-scale [ARGS="-k kill"]
	.venv/bin/python -m pytest tests/test_both_stores.py tests/test_object_store*.py $(ARGS)

.PHONY: check
check: .venv/.dev ## Check style, format, types and who imports whom
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

.PHONY: wheel
wheel: .venv/.dev ## Build the wheel and try it in an environment of its own: make wheel [ARGS=--fresh]
	rm -rf dist
	.venv/bin/python .ci/wheel.py --dist dist $(ARGS)

.PHONY: site
site: .venv/.site ## Build the documentation in site/ and check its links
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict

# The commit is looked at before and after: nothing else than what was tested is tagged.
.PHONY: release
release: .venv/.dev ## Check, test and tag what is on main: make release VERSION=1.2.3
	@commit=$$(.venv/bin/python .ci/release.py "$$VERSION") && \
	$(MAKE) check test wheel ARGS= && \
	test -e "dist/citeback-$$VERSION-py3-none-any.whl" && \
	test "$$(.venv/bin/python .ci/release.py "$$VERSION")" = "$$commit" && \
	git tag --annotate "v$$VERSION" --message "Citeback $$VERSION" "$$commit" && \
	echo "Tagged v$$VERSION. Next: git push origin main v$$VERSION, then publish dist/"

.PHONY: bench
bench: .venv/.bench ## Measure every figure of the docs: make bench [ARGS=...]
	.venv/bin/python -m bench $(ARGS)

.PHONY: screenshots
screenshots: .venv/.dev ## Draw docs/images anew from the real page
	.venv/bin/python -m bench.screenshots

.PHONY: messages
messages: .venv/.dev ## Renew the catalogues of messages from the code, and say what is not translated
	.venv/bin/python .ci/messages.py

.PHONY: lock
lock: ## Rewrite constraints.txt from a fresh environment
	rm -rf .lock
	$(PYTHON) -m venv .lock
	torch=$$(grep '^torch==' constraints.txt); \
	.lock/bin/python -m pip install --upgrade -e '.[dev,bench,site,anthropic,gguf,languages,ocr,ollama,scale-tests]' "$$torch" \
	    $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
	{ grep '^#' constraints.txt; .lock/bin/python -m pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//'; } > .lock/new
	mv .lock/new constraints.txt
	rm -rf .lock

.PHONY: clean
clean: ## Remove the environment and all caches; indexes stay
	rm -rf .venv .lock .mypy_cache .ruff_cache .pytest_cache .hypothesis dist site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Citeback needs Python 3.11 or later. Next: make chat PYTHON=/path/to/python3.11"; exit 2; }
	@# Some systems keep ensurepip in a package of its own; pip itself can do without.
	$(PYTHON) -m venv .venv || \
	    { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python .venv install pip; }

# With the model for other languages than English: a folder to try may be in any.
.venv/.product: .venv/bin/python $(PINNED)
	$(INSTALL) -e '.[languages]'
	@touch $@

.venv/.dev: .venv/bin/python $(PINNED)
	$(INSTALL) -e '.[dev]'
	@touch $@ .venv/.product

.venv/.site: .venv/bin/python $(PINNED)
	$(INSTALL) -e '.[site]'
	@touch $@ .venv/.product

.venv/.scale: .venv/bin/python $(PINNED)
	$(INSTALL) -e '.[dev,scale-tests]'
	@touch $@ .venv/.dev .venv/.product

.venv/.bench: .venv/bin/python $(PINNED)
	$(INSTALL) -e '.[dev,bench]'
	@touch $@ .venv/.dev .venv/.product
