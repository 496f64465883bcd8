# The sandbox as an image: docker build -t sms-sandbox . && docker run --rm -p 7670:7670 sms-sandbox
# It needs no root, no writable root (--read-only) and no init; SMS_SANDBOX_… variables set everything.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m pip install --require-hashes -r requirements-build.lock
RUN python -m venv /app && /app/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml pytest_sms_sandbox.py README.md LICENSE ./
COPY sandbox sandbox
COPY specs specs
COPY scenarios scenarios
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .
RUN /app/bin/python -m pip install --no-deps --no-index /wheels/*.whl && mkdir /data

FROM python:3.13-slim
LABEL org.opencontainers.image.title="sms-sandbox" org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/app/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SMS_SANDBOX_HOST=0.0.0.0
WORKDIR /data
USER 10001:10001
EXPOSE 7670
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["sms-sandbox", "healthcheck"]
ENTRYPOINT ["sms-sandbox"]
CMD ["serve"]
