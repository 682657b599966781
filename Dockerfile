# The image of every role: web (the default command), worker, beat and the one-shot migration.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock pyproject.toml ./
# The lock also pins what only developers need. All of it is fetched against its hashes; installed is only
# what [project.dependencies] asks for.
RUN pip wheel --quiet --require-hashes --wheel-dir /wheels -r requirements.lock
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > /runtime.txt \
    && python -m venv /venv \
    && /venv/bin/pip install --quiet --no-index --find-links /wheels -r /runtime.txt
COPY manage.py ./
COPY yuxi_eldercare yuxi_eldercare
COPY targets targets
COPY projects projects
COPY subsidies subsidies
COPY fixtures fixtures
# Compiled catalogues are part of the source, so no gettext is needed here.
COPY locale locale
RUN VAR_DIR=/build-var STATIC_ROOT=/app/static SECRET_KEY=only-for-this-step \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/yuxi STATIC_ROOT=/app/static PORT=8000
# A Chinese font for PDF reports; an office that owns 小标宋 and 仿宋_GB2312 mounts them at REPORT_FONTS_DIR.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/yuxi --shell /usr/sbin/nologin yuxi \
    && install -d -o yuxi -g yuxi /var/lib/yuxi
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER yuxi
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["python", "-m", "yuxi_eldercare.healthcheck"]
CMD ["gunicorn", "yuxi_eldercare.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]
