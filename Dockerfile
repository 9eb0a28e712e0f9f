# The image of API, worker and simulator: `docker build -t genonaut .`
#
# Every Python package and the Node.js that builds the web app are locked with hashes in
# requirements/. The image contains no compiler, no Node.js and no package index.

FROM python:3.13-slim-bookworm AS web
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/web.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/web.txt
COPY frontend frontend
RUN python frontend/build.py

FROM python:3.13-slim-bookworm AS wheel
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# With FFmpeg, so that videos and audio can be inputs and results.
COPY requirements/build.txt requirements/media.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/build.txt \
    && python -m venv /opt/genonaut \
    && /opt/genonaut/bin/pip install --no-deps --require-hashes -r requirements/media.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY config config
COPY migrations migrations
COPY src src
COPY --from=web /src/frontend frontend
RUN hatchling build -t wheel -d /dist \
    && /opt/genonaut/bin/pip install --no-deps /dist/*.whl \
    && rm -rf /opt/genonaut/bin/pip* /opt/genonaut/lib/python3.13/site-packages/pip*

FROM python:3.13-slim-bookworm
# For labels of exported grids in other scripts than Latin; 11 MB. Debian keeps only the current versions.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-droid-fallback libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 genonaut \
    && useradd --system --uid 10001 --gid genonaut --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin genonaut \
    && install -d -o genonaut -g genonaut -m 0750 /data
COPY --from=wheel /opt/genonaut /opt/genonaut
ENV PATH=/opt/genonaut/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    APP_ENV=prod \
    GENONAUT_WEB__HOST=0.0.0.0 \
    GENONAUT_STORAGE__ROOT=/data/files \
    GENONAUT_EMBEDDED__DATA_DIR=/data
# By number, so that Kubernetes can check that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8001
STOPSIGNAL SIGTERM
# Of the API; compose.yaml has another one for the worker.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["genonaut", "health"]
ENTRYPOINT ["genonaut"]
CMD ["api"]
