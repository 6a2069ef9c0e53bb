"""Serve a page: ``python -m lib.dashboard.server dashboards/client.ipynb``."""

import sys

from lib.dashboard.server.app import Dashboard
from lib.decision import InvalidInput

if __name__ == "__main__":
    try:
        Dashboard.launch_instance()
    except InvalidInput as fault:
        sys.exit(f"✗ {fault}")
