# Recipes for development. `./justw RECIPE` installs just itself; an installed just works as well.
# ENV is dev, demo, test or prod.

set positional-arguments

# Containers often set it. Every process of the tests would compile the whole application.
unexport PYTHONDONTWRITEBYTECODE

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted

# Install or update .venv; takes a few milliseconds when it is up to date.
_venv:
    @./justw --prepare

# Start PostgreSQL, Redis, simulator, API and worker, and make a few images
[group('run')]
[no-exit-message]
demo *ARGS: _venv
    @python frontend/build.py && APP_ENV=demo exec genonaut demo "$@"

# Start everything an environment needs, until Ctrl-C
[group('run')]
[no-exit-message]
up ENV *ARGS: _venv
    @python frontend/build.py && APP_ENV="$1" && export APP_ENV && shift && exec genonaut up --env "$APP_ENV" "$@"

# Serve the HTTP API with a worker; --no-worker: the API alone. MONITOR_ACTIVE=0 shows the log in a terminal
[group('run')]
[no-exit-message]
api ENV *ARGS: _venv
    @if [ -t 1 ]; then export MONITOR_ACTIVE="${MONITOR_ACTIVE:-1}"; fi && APP_ENV="$1" && export APP_ENV && shift && exec genonaut api --with-worker "$@"

# Run a worker
[group('run')]
[no-exit-message]
worker ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut worker "$@"

# Show the queue and the workers, live
[group('run')]
[no-exit-message]
monitor ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut monitor "$@"

# Migrate the database to the newest revision
[group('data')]
[no-exit-message]
db-upgrade ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut db upgrade "$@"

# List the environment's Redis keys
[group('data')]
[no-exit-message]
redis-keys ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut redis keys "$@"

# Summarise the environment's Redis keys
[group('data')]
[no-exit-message]
redis-info ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut redis info "$@"

# Delete the environment's Redis keys; refused in prod
[group('data')]
[no-exit-message]
redis-flush ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut redis flush "$@"

# Build the web app into frontend/dist
[group('web')]
[no-exit-message]
web-build: _venv
    @exec python frontend/build.py

# Run Vite with a proxy to the demo's API, to develop the web app
[group('web')]
[no-exit-message]
web *ARGS: web-build
    @cd frontend && exec npm run dev -- "$@"

# Run only the browser tests of the web app
[group('web')]
[no-exit-message]
e2e *ARGS: web-build
    @APP_ENV=test exec python -m pytest tests/e2e "$@"

# Take screenshots of all pages, or of those named, into docs/screenshots
[group('web')]
[no-exit-message]
screenshots *PAGES: web-build
    @exec python frontend/build.py run screenshots -- "$@"

# One process more than processors, since browser tests mostly wait; worksteal keeps short tests from
# queueing behind a long one.
test_processes := "--numprocesses $((" + num_cpus() + " + 1)) --maxprocesses 4 --dist worksteal"

# Run the tests; starts PostgreSQL and Valkey for them
[group('quality')]
[no-exit-message]
test *ARGS: _venv
    @APP_ENV=test exec python -m pytest {{ test_processes }} "$@"

# Run tests while all their processes are frozen for 1 to 3 s at random
[group('quality')]
[no-exit-message]
stops *ARGS: _venv
    @APP_ENV=test exec python scripts/run_with_stops.py python -m pytest {{ test_processes }} "$@"

# Run all tests with coverage; fails below 90 % of the branches
[group('quality')]
[no-exit-message]
coverage *ARGS: _venv
    @APP_ENV=test exec python -m pytest {{ test_processes }} \
        --cov --cov-report=term:skip-covered --cov-fail-under=90 "$@"

# Check style, types, imports and dependencies
[group('quality')]
check: check-python check-web

# Check Python code and the wording of all files
[group('quality')]
[no-exit-message]
check-python: _venv
    ruff check
    ruff format --check
    mypy
    lint-imports --no-logo
    deptry src
    python scripts/check_wording.py

# Check the code of the web app
[group('quality')]
[no-exit-message]
check-web: _venv
    python frontend/build.py run check

# Fix style automatically where possible
[group('quality')]
[no-exit-message]
fix: _venv
    ruff check --fix
    ruff format

# Run the service under random faults and check that no job is lost or doubled
[group('quality')]
[no-exit-message]
chaos *ARGS: _venv
    @exec python -m tests.chaos "$@"

# Measure latency, throughput and memory, and the floor of each
[group('quality')]
[no-exit-message]
bench *ARGS: _venv
    @exec python -m benchmarks "$@"

# Measure the web app: key presses and tasks with 64 jobs, scrolling, a slow network
[group('quality')]
[no-exit-message]
bench-web *ARGS: web-build
    @APP_ENV=test GENONAUT_TEST_WATCH_SECONDS="${GENONAUT_TEST_WATCH_SECONDS:-30}" exec python -m pytest -q -s tests/e2e/test_journeys.py -k speed "$@"

# Run 5,000 jobs (--jobs N) and check that API and worker do not grow
[group('quality')]
[no-exit-message]
soak *ARGS: _venv
    @exec python -m benchmarks.soak "$@"

# Write the API's OpenAPI document
[group('quality')]
[no-exit-message]
openapi *ARGS: _venv
    @exec genonaut openapi "$@"

# Record the examples of the OpenAPI document again, from an installation with a simulated ComfyUI
[group('quality')]
[no-exit-message]
openapi-examples: _venv
    @APP_ENV=test GENONAUT_WRITE_EXAMPLES=1 exec pytest -q tests/contract/api/test_openapi_examples.py

# Write env.example, the list of all variables, from docs/configuration.md
[group('quality')]
[no-exit-message]
env-example: _venv
    @exec python scripts/write_env_example.py

# Lock the dependencies of pyproject.toml in requirements/; --upgrade updates them
[group('quality')]
[no-exit-message]
lock *ARGS: _venv
    uv pip compile {{ lock_options }} --extra embedded --extra media --output-file requirements/runtime.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --extra embedded --extra media --extra otel --group dev --output-file requirements/dev.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --output-file requirements/server.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --extra otel --constraints requirements/server.txt --no-annotate --output-file requirements/otel.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --extra media --constraints requirements/server.txt --no-annotate --output-file requirements/media.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --group pyproject.toml:web --output-file requirements/web.txt "$@"
    uv pip compile {{ lock_options }} --group pyproject.toml:build --output-file requirements/build.txt "$@"
    uv pip compile {{ lock_options }} --group pyproject.toml:deploy --constraints requirements/dev.txt --output-file requirements/deploy.txt "$@"

# The files name no package index, so that they work with any mirror.
lock_options := "--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"

# Set the version, build the wheel and tag it; CHANGELOG.md needs a heading for VERSION
[group('quality')]
[no-exit-message]
release VERSION: _venv
    @exec python scripts/release.py "$1"

# The recipes above with an environment, for each environment.

_run := quote(just_executable()) + ' --justfile ' + quote(justfile())

[group('dev')]
[no-exit-message]
up-dev *ARGS:
    @{{ _run }} up dev "$@"

[group('dev')]
[no-exit-message]
api-dev *ARGS:
    @{{ _run }} api dev "$@"

[group('dev')]
[no-exit-message]
worker-dev *ARGS:
    @{{ _run }} worker dev "$@"

[group('dev')]
[no-exit-message]
monitor-dev *ARGS:
    @{{ _run }} monitor dev "$@"

[group('dev')]
[no-exit-message]
db-upgrade-dev *ARGS:
    @{{ _run }} db-upgrade dev "$@"

[group('dev')]
[no-exit-message]
redis-keys-dev *ARGS:
    @{{ _run }} redis-keys dev "$@"

[group('dev')]
[no-exit-message]
redis-info-dev *ARGS:
    @{{ _run }} redis-info dev "$@"

[group('dev')]
[no-exit-message]
redis-flush-dev *ARGS:
    @{{ _run }} redis-flush dev "$@"

[group('demo')]
[no-exit-message]
up-demo *ARGS:
    @{{ _run }} up demo "$@"

[group('demo')]
[no-exit-message]
api-demo *ARGS:
    @{{ _run }} api demo "$@"

[group('demo')]
[no-exit-message]
worker-demo *ARGS:
    @{{ _run }} worker demo "$@"

[group('demo')]
[no-exit-message]
monitor-demo *ARGS:
    @{{ _run }} monitor demo "$@"

[group('demo')]
[no-exit-message]
db-upgrade-demo *ARGS:
    @{{ _run }} db-upgrade demo "$@"

[group('demo')]
[no-exit-message]
redis-keys-demo *ARGS:
    @{{ _run }} redis-keys demo "$@"

[group('demo')]
[no-exit-message]
redis-info-demo *ARGS:
    @{{ _run }} redis-info demo "$@"

[group('demo')]
[no-exit-message]
redis-flush-demo *ARGS:
    @{{ _run }} redis-flush demo "$@"

[group('test')]
[no-exit-message]
up-test *ARGS:
    @{{ _run }} up test "$@"

[group('test')]
[no-exit-message]
api-test *ARGS:
    @{{ _run }} api test "$@"

[group('test')]
[no-exit-message]
worker-test *ARGS:
    @{{ _run }} worker test "$@"

[group('test')]
[no-exit-message]
monitor-test *ARGS:
    @{{ _run }} monitor test "$@"

[group('test')]
[no-exit-message]
db-upgrade-test *ARGS:
    @{{ _run }} db-upgrade test "$@"

[group('test')]
[no-exit-message]
redis-keys-test *ARGS:
    @{{ _run }} redis-keys test "$@"

[group('test')]
[no-exit-message]
redis-info-test *ARGS:
    @{{ _run }} redis-info test "$@"

[group('test')]
[no-exit-message]
redis-flush-test *ARGS:
    @{{ _run }} redis-flush test "$@"

[group('prod')]
[no-exit-message]
up-prod *ARGS:
    @{{ _run }} up prod "$@"

[group('prod')]
[no-exit-message]
api-prod *ARGS:
    @{{ _run }} api prod "$@"

[group('prod')]
[no-exit-message]
worker-prod *ARGS:
    @{{ _run }} worker prod "$@"

[group('prod')]
[no-exit-message]
monitor-prod *ARGS:
    @{{ _run }} monitor prod "$@"

[group('prod')]
[no-exit-message]
db-upgrade-prod *ARGS:
    @{{ _run }} db-upgrade prod "$@"

[group('prod')]
[no-exit-message]
redis-keys-prod *ARGS:
    @{{ _run }} redis-keys prod "$@"

[group('prod')]
[no-exit-message]
redis-info-prod *ARGS:
    @{{ _run }} redis-info prod "$@"

[group('prod')]
[no-exit-message]
redis-flush-prod *ARGS:
    @{{ _run }} redis-flush prod "$@"
