r"""How Voilà shows the manager's page.

    python -m lib.dashboard.server dashboards/client.ipynb \
        --Voila.config_file_paths=dashboards/voila

This file stands in a folder of its own: beside the notebook it would hide the package `voila` from
the kernels.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 (given by traitlets)

# Voilà looks for templates in Jupyter's folders only; ours is voila/templates/pret.
_here = Path(__file__).resolve().parent
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, [str(_here.parent), os.environ.get("JUPYTER_PATH")])
)

c.Voila.ip = "127.0.0.1"
# A port in use is an error: on another port nobody would find the page.
c.Voila.port_retries = 0

# The server of the manager's page shows the head's too, at /portfolio.
c.Dashboard.more_pages = ["portfolio"]

c.VoilaConfiguration.template = "pret"
c.VoilaConfiguration.theme = "light"
c.VoilaConfiguration.allow_template_override = "NO"
c.VoilaConfiguration.allow_theme_override = "NO"
c.VoilaConfiguration.strip_sources = True
c.VoilaConfiguration.show_tracebacks = False
# The page consists of widgets: no file beside the notebook is for the browser.
c.VoilaConfiguration.file_allowlist = []
c.VoilaConfiguration.file_denylist = [".*"]
c.VoilaConfiguration.extension_allowlist = [
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "bqplot",
    "bqscales",
]
c.VoilaExporter.language_code = "fr"

# A kernel is started before the visit, so that the page is there at once.
c.VoilaConfiguration.preheat_kernel = True
c.VoilaKernelManager.kernel_pools_config = {"default": {"pool_size": 1}}
c.VoilaKernelManager.fill_delay = 1

# Each visit is a session: it ends with its page, and there is room for so many at once.
c.VoilaConfiguration.multi_kernel_manager_class = "lib.dashboard.server.kernels.SessionKernels"
# A kernel is asked to end, so that what a manager has just recorded still reaches the API; one that
# does not is made to.
c.KernelManager.shutdown_wait_time = 2.0

# A kernel that dies stays dead: restarted it would know nothing of the page, which says instead
# that its session has ended.
c.KernelRestarter.restart_limit = 0

# Nothing may come from, or go to, another host. Widgets need inline scripts and styles.
c.Voila.tornado_settings = {
    "headers": {
        "Content-Security-Policy": (
            "default-src 'self'; "
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
            "style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; "
            "font-src 'self' data:; "
            "connect-src 'self' ws: wss:; "
            "worker-src 'self' blob:; "
            "frame-ancestors 'self'"
        )
    }
}
