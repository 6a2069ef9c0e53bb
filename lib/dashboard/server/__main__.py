"""Serve a page: ``python -m lib.dashboard.server dashboards/client.ipynb``."""

from lib.dashboard.server.app import Dashboard

if __name__ == "__main__":
    Dashboard.launch_instance()
