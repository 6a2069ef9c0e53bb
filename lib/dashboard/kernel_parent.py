"""The process from which all kernels of a server are forked, so that each starts warm.

To import what a page needs takes a kernel two seconds of a processor and 80 MB. Here it is done
once: a kernel forked from this process starts in a fifth of that time, and shares what it does not
change. It has to be done before there is any thread or event loop, so nothing runs here but the
wait for orders. ``python -m lib.dashboard.kernel_parent 3`` takes them from file descriptor 3: each
is a line of JSON with `name`, `arguments`, `env` and `cwd`, and is answered by the child's number.
"""

import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path

# The debugger of notebooks, a third of a kernel's memory: ipykernel does without it where it cannot
# be imported.
sys.modules["debugpy"] = None  # type: ignore[assignment]

from ipykernel import kernelapp  # noqa: E402

from lib.dashboard import Page as _Page  # noqa: E402, F401 (for the kernels)
from lib.dashboard.portfolio import PortfolioPage as _PortfolioPage  # noqa: E402, F401

# What a page is told is sent by a thread of its own, which would have its turn every 5 ms only.
TURN_SECONDS = 0.0005


def wait_to_be_forked(orders: socket.socket) -> list[str] | None:
    """Fork a child for each order.

    Parameters
    ----------
    orders : socket
        Where they come from, and the children's numbers go to.

    Returns
    -------
    list of str or None
        In a child, its arguments; in the parent None, once nobody gives orders any more.
    """
    # Children are not waited for: the system takes them away.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is there now lives as long as the process; looking at it would only copy it.
    gc.freeze()
    with orders.makefile("r", encoding="utf-8") as lines:
        for line in lines:
            child = os.fork()
            if child == 0:
                orders.close()
                return _become_kernel(json.loads(line))
            orders.sendall(f"{child}\n".encode())
    return None


def _become_kernel(order: dict[str, object]) -> list[str]:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # A process group of its own, so that signals to the server do not reach it.
    os.setsid()
    os.chdir(str(order["cwd"]))
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]
    # By the beginning of its number, as much as there is room for, a list of processes tells it
    # from the others, whose command is the same.
    Path("/proc/self/comm").write_text(str(order["name"]), encoding="ascii")
    return [
        *order["arguments"],  # type: ignore[misc]
        # It ends with its parent, and so with the server.
        f"--IPKernelApp.parent_handle={os.getppid()}",
        # Imported before there was a kernel, they did not tell it how a page asks for the state of
        # all widgets at once: it would ask for each of a thousand by itself.
        "--InteractiveShellApp.extensions=ipywidgets",
        # Nobody types into it: there is no history to write into the home folder.
        "--HistoryManager.enabled=False",
    ]


if __name__ == "__main__":
    arguments = wait_to_be_forked(socket.socket(fileno=int(sys.argv[1])))
    if arguments is not None:
        sys.setswitchinterval(TURN_SECONDS)
        kernelapp.launch_new_instance(arguments)
