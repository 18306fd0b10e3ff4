# One process of Telemed. compose.yaml shows what stands around it.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data
RUN useradd --system --uid 10001 --no-create-home telemed \
    && install -d -o telemed -g telemed /data /data/media /published/static
COPY --from=packages /venv /venv
WORKDIR /app
COPY pyproject.toml manage.py ./
COPY launcher launcher
COPY telemed telemed
COPY accounts accounts
COPY audit audit
COPY notifications notifications
COPY chat chat
COPY calls calls
COPY helpline helpline
COPY dashboard dashboard
COPY templates templates
COPY static static
COPY deploy/ask.py deploy/ask.py
# Names with hashes: each image serves exactly its own, and brings them to nginx (compose.yaml).
RUN python -m compileall -q . && python manage.py collectstatic --noinput --verbosity 0
USER telemed
ENV PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "deploy/ask.py", "healthz", "8000"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
