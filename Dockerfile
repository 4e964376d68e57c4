# One image for every capability: `docker run IMAGE NAME` is `carethread run NAME`.
# Nothing is written outside /tmp, so the root may be read-only; settings and secrets come at run time.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/carethread
ENV PATH=/opt/carethread/bin:$PATH
WORKDIR /src
COPY pyproject.toml README.md constraints.txt ./
COPY schemas schemas
COPY services services
COPY tests/streams/norfolk-suffolk.ndjson tests/streams/norfolk-suffolk.partners.json tests/streams/
RUN pip install -c constraints.txt .

FROM python:3.12-slim
RUN groupadd --gid 10001 carethread \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin carethread
COPY --from=build /opt/carethread /opt/carethread
ENV PATH=/opt/carethread/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1
# by number, so that Kubernetes can see it is not root
USER 10001:10001
# the one folder that may be written: the stream engine makes an empty data folder where it starts
WORKDIR /tmp
EXPOSE 8080 9100
ENTRYPOINT ["carethread", "run"]
