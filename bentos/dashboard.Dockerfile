# The dashboard's image: the locked versions of what the pages need, and nothing else.
FROM docker.io/library/python:3.11-slim
RUN useradd --create-home --uid 1035 dashboard
# The base image has the data of time zones. Without it each that TZ names would silently be UTC.
RUN test -e /usr/share/zoneinfo/Europe/Paris
WORKDIR /home/dashboard/app
COPY pyproject.toml requirements.lock ./
RUN pip install --no-cache-dir --quiet uv \
    && uv venv --quiet --python "$(command -v python)" /app/.venv \
    && uv pip compile --quiet pyproject.toml --extra dashboard --constraint requirements.lock --no-header --output-file /tmp/dashboard.txt \
    && VIRTUAL_ENV=/app/.venv uv pip install --quiet --no-cache --compile-bytecode --requirement /tmp/dashboard.txt \
    && pip uninstall --quiet --yes uv && rm /tmp/dashboard.txt \
    && find /app/.venv -type d -name tests -prune -exec rm -r {} +
ENV PATH=/app/.venv/bin:${PATH} PYTHONPATH=/home/dashboard/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Jupyter and the kernels write below the home folder while they run; all else may be read-only.
ENV HOME=/tmp
COPY lib/ lib/
COPY dashboards/ dashboards/
RUN python -m compileall -q lib
USER dashboard
# Whose time pages and letters tell; compose.yaml sets it anew.
ENV TZ=UTC
EXPOSE 8866
# The key is a secret file; the page reads it from the environment.
CMD ["sh", "-c", "SCORING_API_KEY=\"$(cat /run/secrets/dashboard_key)\" exec python -m lib.dashboard.server dashboards/client.ipynb --no-browser --Voila.ip=0.0.0.0 --port=8866 --Voila.config_file_paths=dashboards/voila"]
