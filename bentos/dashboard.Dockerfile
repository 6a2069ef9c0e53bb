# The dashboard's image: the locked versions of what the manager's page needs, and nothing else.
FROM python:3.11-slim
RUN useradd --create-home --uid 1035 dashboard
WORKDIR /home/dashboard/app
COPY pyproject.toml requirements.lock ./
RUN pip install --no-cache-dir --quiet uv \
    && uv venv --python "$(command -v python)" /app \
    && uv pip compile pyproject.toml --extra dashboard --constraint requirements.lock --no-header --output-file /tmp/dashboard.txt \
    && VIRTUAL_ENV=/app uv pip install --no-cache --requirement /tmp/dashboard.txt \
    && pip uninstall --quiet --yes uv && rm /tmp/dashboard.txt
ENV PATH=/app/bin:${PATH} PYTHONPATH=/home/dashboard/app
COPY lib/ lib/
COPY dashboards/ dashboards/
USER dashboard
EXPOSE 8866
# The key is a secret file; the page reads it from the environment.
CMD ["sh", "-c", "SCORING_API_KEY=\"$(cat /run/secrets/dashboard_key)\" exec python -m lib.dashboard.server dashboards/client.ipynb --no-browser --Voila.ip=0.0.0.0 --port=8866 --Voila.config_file_paths=dashboards/voila"]
