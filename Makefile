# The commands of the project: `make help` lists them.

PYTHON ?= python3.11
RAW ?=
CLIENTS ?= 20000
ENGINE ?= duckdb
TRIALS ?=
NOTEBOOK ?=
API_PORT ?= 3000
DASHBOARD_PORT ?= 8866
PORTFOLIO_PORT ?= 8867
MONITORING_PORT ?= 8868
TAG ?= latest
MINUTES ?= 60
FILE ?=
CLIENT ?= 112435
PERIOD ?=
REFERENCE ?=
BEFORE ?=
ANSWERS ?= dossier_answers.toml
FEATURES ?= data/features.parquet
OUT ?= data/scores
EXPLAIN ?=
BENCH_CLIENTS ?= 10000000
TEST_WORKERS ?= 2

# Podman's settings for the tests, where Podman is installed by apt and has none told.
ifneq ($(shell command -v apt-get),)
engine test-container bench-containers: export CONTAINERS_CONF ?= $(CURDIR)/tests/containers/containers.conf
endif

BIN := .venv/bin
# Of a scorer; of images it is `latest` where nobody gives one.
GIVEN_TAG = $(if $(filter file,$(origin TAG)),,$(TAG))
LAUNCH = $(BIN)/python -m lib.launch
BUILD = --raw "$(RAW)" --clients "$(CLIENTS)" --engine "$(ENGINE)"
CHAIN = $(BUILD) --trials "$(TRIALS)"

export BENTOML_HOME ?= $(CURDIR)/.bentoml
export BENTOML_DO_NOT_TRACK := True

.DEFAULT_GOAL := help
# Every target is a command; none is a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(MAKEFILE_LIST))

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Variables: RAW=<folder of Kaggle's tables> CLIENTS=$(CLIENTS) ENGINE=$(ENGINE) TRIALS= API_PORT=$(API_PORT) DASHBOARD_PORT=$(DASHBOARD_PORT) PORTFOLIO_PORT=$(PORTFOLIO_PORT) MONITORING_PORT=$(MONITORING_PORT) FILE= PERIOD= REFERENCE= FEATURES=$(FEATURES) OUT=$(OUT) EXPLAIN="

setup: .venv/installed ## create the environment from the locked requirements

.venv/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "✗ $(PYTHON): Python 3.11 is needed; install it or pass PYTHON=<path of a Python 3.11>." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "✗ $(PYTHON): it is not Python 3.11; pass PYTHON=<path of a Python 3.11>." >&2; exit 1; }
	@echo "▶ environment in .venv (downloads everything once) …"
	@$(PYTHON) -m venv .venv
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement .venv/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "✓ environment"

demo: setup ## from nothing to the API and the dashboard; Ctrl-C ends both
	@$(LAUNCH) demo $(CHAIN) --api-port "$(API_PORT)" --dashboard-port "$(DASHBOARD_PORT)"

data: setup ## download the competition's tables with your Kaggle credentials to data/kaggle
	@$(BIN)/python -m lib.tables download --output data/kaggle

synthetic: setup ## write CLIENTS synthetic clients in Kaggle's form to data/raw
	@$(BIN)/python -m lib.synthetic synthesize --clients $(CLIENTS) --output data/raw

features: setup ## raw tables → data/features.parquet
	@$(LAUNCH) features $(BUILD)

model: setup ## raw tables → scorer in the store and data/portfolio.parquet
	@$(LAUNCH) model $(CHAIN)

serve: setup ## start the API on API_PORT
	@$(LAUNCH) serve --api-port "$(API_PORT)"

dashboard: setup ## start the dashboard on DASHBOARD_PORT
	@$(LAUNCH) dashboard --dashboard-port "$(DASHBOARD_PORT)" --api-port "$(API_PORT)"

portfolio: setup ## start the page on all clients together on PORTFOLIO_PORT
	@$(LAUNCH) portfolio --portfolio-port "$(PORTFOLIO_PORT)" --api-port "$(API_PORT)"

outcomes: setup ## FILE=<CSV: client_id, day, defaulted> → what became of credits, into the journal
	@$(LAUNCH) outcomes "$(FILE)"

monitor: setup ## whether the scorer still fits: PERIOD=2026-11, against REFERENCE=<another period>
	@$(LAUNCH) monitor --period "$(PERIOD)" --reference "$(REFERENCE)"

monitoring: setup ## start the page on how the scorer is doing on MONITORING_PORT
	@$(LAUNCH) monitoring --monitoring-port "$(MONITORING_PORT)" --api-port "$(API_PORT)"

score: setup ## FEATURES=<file or folder> → scores in OUT; EXPLAIN=refusals; ENGINE=pyspark: on Spark
	@$(LAUNCH) score --features "$(FEATURES)" --out "$(OUT)" --engine "$(ENGINE)" --explain "$(EXPLAIN)"

retrain: setup ## old and new outcomes → a challenger in the store, which serves nobody
	@$(LAUNCH) retrain $(CHAIN)

promote: setup ## give the newest challenger, or TAG=<its tag>, the place if it surely costs less
	@$(LAUNCH) promote --challenger "$(GIVEN_TAG)"

rollback: setup ## give the place back to the scorer that had it before, or to TAG=<its tag>
	@$(LAUNCH) rollback --tag "$(GIVEN_TAG)"

bento: setup ## build the Bento and export it to bentos/
	@$(LAUNCH) bento

container: setup ## build the images of API, dashboard, proxy and sign-in with the engine that is there, tagged TAG
	@$(LAUNCH) container --tag "$(TAG)"

secrets: setup ## the keys that bentos/compose.yaml needs, in bentos/secrets
	@$(LAUNCH) secrets

lint: setup ## ruff on code and notebooks, types, import contracts, empty outputs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb dashboards/*.ipynb

test: setup chromium postgresql lint ## lint, then every test, TEST_WORKERS side by side: units, notebooks, service, Bento, browser
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ command -v apt-get >/dev/null && echo "▶ Chromium for the browser tests …" && \
	  { [ "$$(id -u)" = 0 ] && as= || as=sudo; $$as apt-get update -qq && $$as apt-get install -y -qq chromium >/dev/null; } || \
	  echo "✗ chromium: the browser tests need it; install Chromium with your package manager." >&2; }

postgresql:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	{ command -v apt-get >/dev/null && echo "▶ PostgreSQL for the tests of the journal …" && \
	  { [ "$$(id -u)" = 0 ] && as= || as=sudo; $$as apt-get update -qq && $$as apt-get install -y -qq postgresql >/dev/null; } || \
	  echo "✗ postgresql: the tests of the journal need it; install PostgreSQL's server with your package manager." >&2; }

engine:
	@tests/containers/engine.sh

test-container: setup chromium engine ## build the images, start the compose file, use the page through the proxy
	@$(BIN)/python -m pytest -m container tests/containers

.venv/spark-installed: .venv/installed requirements-spark.lock
	@echo "▶ Spark into .venv …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement requirements-spark.lock
	@touch $@
	@echo "✓ Spark"

java:
	@java -version 2>&1 | grep -Eq 'version "(17|2[1-9])' || { echo "✗ java: Spark needs Java 17 or 21; install a JRE (Debian: openjdk-17-jre-headless) and put it on the PATH." >&2; exit 1; }

spark: java .venv/spark-installed ## add Spark to the environment: the extra that ENGINE=pyspark needs

bench-features: setup ## the build of the features against plain pandas, at full size, and BEFORE=<another checkout>
	@$(BIN)/python -m tests.benchmarks.features $(if $(BEFORE),--before "$(BEFORE)")

bench-score: spark ## BENCH_CLIENTS repeated clients scored here and on Spark; needs `make model`
	@$(BIN)/python -m tests.benchmarks.score $(BENCH_CLIENTS)

bench-portfolio: setup ## questions about 356,255 and BENCH_CLIENTS known clients, and BEFORE=<another checkout>; needs `make model`
	@$(BIN)/python -m tests.benchmarks.portfolio $(BENCH_CLIENTS) $(if $(BEFORE),--before "$(BEFORE)")

bench-one-client: setup ## the time of one new client's features, by length of history
	@$(BIN)/python -m tests.benchmarks.one_client

bench-selection: setup ## what the search adds to growing LightGBM's trees, and a whole selection
	@$(BIN)/python -m tests.benchmarks.selection

bench-levers: setup ## whether more income, a longer job or less credit ever raises a client's risk
	@$(BIN)/python -m tests.benchmarks.levers "$(BENTOML_HOME)" data/portfolio.parquet

bench-service: setup ## the API in process and over HTTP against Flask and LIME, and BEFORE=<another checkout>; needs `make model`
	@$(BIN)/python -m tests.benchmarks.service $(if $(BEFORE),--before "$(BEFORE)")

bench-journal: setup postgresql ## what the journal adds to a score, and its bytes for each, on both stores; needs `make model`
	@$(BIN)/python -m tests.benchmarks.journal "$(BENTOML_HOME)" data/portfolio.parquet

bench-fairness: setup ## /score of one caller beside 40 large applications of another; needs `make model`
	@$(BIN)/python -m tests.benchmarks.fairness

bench-growth: setup ## memory of the API's workers over MINUTES of mixed load, and BEFORE=<another checkout>; needs `make model`
	@$(BIN)/python -m tests.benchmarks.growth --minutes $(MINUTES) $(if $(BEFORE),--before "$(BEFORE)")

bench-dashboard: setup chromium ## time the page in Chromium: choices, first paint, memory, requests to others
	@$(BIN)/python -m tests.benchmarks.dashboard

pictures: setup chromium ## CLIENT=<number>: the README's pictures of the page, from the dashboard on DASHBOARD_PORT
	@$(BIN)/python -m tests.pictures "$(CLIENT)" "http://127.0.0.1:$(DASHBOARD_PORT)"

bench-visits: setup chromium ## 500 visits in ten minutes by 8 visitors at once; needs `make model`
	@$(BIN)/python -m tests.benchmarks.visits

bench-containers: engine container chromium ## MINUTES of mixed load on two replicas each, through the proxy; needs `make model`
	@$(BIN)/python -m tests.benchmarks.containers $(MINUTES)

bench-monitoring: setup ## 348 features of 300,000 clients: time, memory, the feature named; shifts of two bases
	@$(BIN)/python -m tests.benchmarks.monitoring

report: setup ## NOTEBOOK=<executed notebook 02> → one HTML page for readers
	@$(LAUNCH) report "$(NOTEBOOK)"

dossier: setup ## what the law asks to be told of the scorer → data/dossier; people's part from ANSWERS
	@$(LAUNCH) dossier --answers "$(ANSWERS)"

resemblance: setup ## how near CLIENTS synthetic clients in data/raw are to the real ones
	@$(BIN)/python -m lib.synthetic synthesize --clients $(CLIENTS) --output data/raw
	@$(BIN)/python -m lib.synthetic resemble data/raw

test-spark: spark ## features on Spark against DuckDB, scores on two workers; needs Java 17
	@SPARK_LOCAL_IP=127.0.0.1 PYSPARK_SUBMIT_ARGS="--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 --driver-memory 2g pyspark-shell" \
	  $(BIN)/python -m pytest -m spark tests/features/test_spark.py tests/portfolio/batch/test_spark.py

lock: ## write the locks, and from them bentos/requirements.txt and environment.yml
	$(BIN)/uv pip compile pyproject.toml --extra serving --extra training --extra dashboard --extra dev --generate-hashes --no-header --no-annotate --python-version 3.11 --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra serving --constraint requirements.lock --no-header --no-annotate --python-version 3.11 --output-file bentos/requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra spark --constraint requirements.lock --no-emit-package numpy --no-emit-package pyarrow --no-emit-package duckdb --generate-hashes --no-header --no-annotate --python-version 3.11 --output-file requirements-spark.lock
	$(BIN)/python -m lib.launch environment > environment.yml.new && mv environment.yml.new environment.yml

clean: ## remove the working files, the runs and the store; the environment stays
	rm -rf data runs .bentoml bentos/*.bento
