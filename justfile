# Everything a developer types. `./justw RECIPE` brings its own just; an installed one works alike.
# ENV is dev, demo, test or prod.

set positional-arguments

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted

# The same check as ./justw's own: a few milliseconds when nothing is to do.
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

# Serve the HTTP API
[group('run')]
[no-exit-message]
api ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut api "$@"

# Render queued jobs
[group('run')]
[no-exit-message]
worker ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut worker "$@"

# Watch the queue and the workers live
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

# Show what the environment keeps in Redis
[group('data')]
[no-exit-message]
redis-info ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut redis info "$@"

# Delete the environment's Redis keys; refuses prod
[group('data')]
[no-exit-message]
redis-flush ENV *ARGS: _venv
    @APP_ENV="$1" && export APP_ENV && shift && exec genonaut redis flush "$@"

# Build the web app into frontend/dist
[group('web')]
[no-exit-message]
web-build: _venv
    @exec python frontend/build.py

# Run Vite with a proxy to the API of the demo, for work on the web app
[group('web')]
[no-exit-message]
web *ARGS: web-build
    @cd frontend && exec npm run dev -- "$@"

# Run the web app's journeys in a real browser, alone
[group('web')]
[no-exit-message]
e2e *ARGS: web-build
    @APP_ENV=test exec python -m pytest tests/e2e "$@"

# Render every page, or those named, dark and light, desktop and phone, into docs/screenshots
[group('web')]
[no-exit-message]
screenshots *PAGES: web-build
    @exec python frontend/build.py run screenshots -- "$@"

# One process more than processors: journeys of the browser mostly wait. Few tests wait behind a long one.
test_processes := "--numprocesses $((" + num_cpus() + " + 1)) --maxprocesses 4 --dist worksteal"

# Run the tests against real PostgreSQL and Redis, started for the purpose
[group('quality')]
[no-exit-message]
test *ARGS: _venv
    @APP_ENV=test exec python -m pytest {{ test_processes }} "$@"

# Run all tests and fail when they leave more than a tenth of the branches uncovered
[group('quality')]
[no-exit-message]
coverage *ARGS: _venv
    @APP_ENV=test exec python -m pytest {{ test_processes }} \
        --cov --cov-report=term:skip-covered --cov-fail-under=90 "$@"

# Check style, types, architecture and dependencies
[group('quality')]
[no-exit-message]
check: _venv
    ruff check
    ruff format --check
    mypy
    lint-imports --no-logo
    deptry src
    python frontend/build.py run check

# Mend what can be mended automatically
[group('quality')]
[no-exit-message]
fix: _venv
    ruff check --fix
    ruff format

# Measure latency, throughput and memory, each beside its floor
[group('quality')]
[no-exit-message]
bench *ARGS: _venv
    @exec python -m benchmarks "$@"

# Write the API's OpenAPI document
[group('quality')]
[no-exit-message]
openapi *ARGS: _venv
    @exec genonaut openapi "$@"

# Resolve the dependencies of pyproject.toml into requirements/; add --upgrade to renew them
[group('quality')]
[no-exit-message]
lock *ARGS: _venv
    uv pip compile {{ lock_options }} --extra embedded --output-file requirements/runtime.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --extra embedded --group dev --output-file requirements/dev.txt "$@" pyproject.toml
    uv pip compile {{ lock_options }} --group pyproject.toml:web --output-file requirements/web.txt "$@"

# No registry host in the files, so that they serve behind any mirror.
lock_options := "--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"

# The familiar spellings.
[group('spellings')]
[no-exit-message]
api-dev: (api "dev")

[group('spellings')]
[no-exit-message]
api-demo: (api "demo")

[group('spellings')]
[no-exit-message]
api-test: (api "test")

[group('spellings')]
[no-exit-message]
worker-dev: (worker "dev")

[group('spellings')]
[no-exit-message]
worker-demo: (worker "demo")

[group('spellings')]
[no-exit-message]
worker-test: (worker "test")

[group('spellings')]
[no-exit-message]
monitor-dev: (monitor "dev")

[group('spellings')]
[no-exit-message]
monitor-demo: (monitor "demo")
