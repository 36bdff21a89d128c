# AICON Desk: one process that serves HTTP on port 8501 to a proxy with TLS. Settings come from the environment.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin desk
WORKDIR /app

# Apart from the code, so that a change to that installs nothing again.
COPY requirements.txt .
RUN pip install -r requirements.txt

COPY app.py navigation.py manage.py ./
COPY .streamlit .streamlit
COPY actions actions
COPY components components
COPY core core
COPY ops ops
COPY pages pages
COPY queries queries
COPY schema schema
COPY static static
COPY web web
RUN python -m compileall -q .

USER 10001
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8501"]
