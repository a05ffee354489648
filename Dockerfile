# Two stages: the first has bun and builds the pages, the second only runs. Demo: docker run -p 8000:8000 IMAGE
# Production: compose.yaml and docs/dev/operations.md.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /app
COPY scripts/setup.py scripts/setup.py
COPY requirements requirements
RUN python scripts/setup.py build
COPY LICENSE pyproject.toml rxconfig.py bunfig.toml .npmrc ./
COPY reflex.lock reflex.lock
COPY assets assets
COPY translations translations
COPY knowledge knowledge
COPY docs/guide docs/guide
COPY koprogo_app koprogo_app
RUN .venv/bin/koprogo build
# what only building needs is left behind: bun, the tools that install, caches, Reflex's workspace, the demo secret
RUN .venv/bin/uv pip sync --quiet --no-cache --compile-bytecode --python .venv/bin/python --require-hashes requirements/run.lock \
 && .venv/bin/python -m pip uninstall --quiet --yes uv setuptools pip \
 && rm -rf .venv/cache .web .reflex .koprogo .gitignore scripts bunfig.toml .npmrc

FROM python:${PYTHON}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /data koprogo \
 && install --directory --owner koprogo --mode 750 /data /data/tmp
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    KOPROGO_DATA_DIR=/data
USER koprogo
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
CMD ["koprogo", "up"]
