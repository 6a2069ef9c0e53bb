"""Where an output is made: it appears whole or not at all, and one run at a time works on it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lib.decision import InvalidInput


@contextmanager
def workshop(output: Path) -> Iterator[Path]:
    """Give the folder of an output's unfinished parts, while no other run has it.

    What is left in it is there for the next run. The system frees what a killed process held.

    Raises
    ------
    InvalidInput
        If another run is writing the output.
    """
    folder = folder_beside(output)
    held = _hold(folder)
    if held is None:
        rule = "one run at a time writes it"
        raise InvalidInput(str(output), rule, "wait for the other one, or choose another path")
    try:
        yield folder
    finally:
        with suppress(OSError):  # there is something in it, or it is gone
            folder.rmdir()
        os.close(held)


def _hold(folder: Path) -> int | None:
    """Hold a folder, which is made where there is none; None where somebody else does."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            return None
        # Since it was opened, who held it may have put it in the place of the output.
        if folder.exists() and os.path.samestat(os.fstat(held), folder.stat()):
            return held
        os.close(held)


def folder_beside(output: Path) -> Path:
    """Give the folder of what is not yet the output."""
    return output.parent / f".{output.name}.unfinished"


def put_in_place(finished: Path, output: Path) -> None:
    """Put a finished file or folder where an earlier one may be."""
    if not output.is_dir() and not (finished.is_dir() and output.exists()):
        finished.replace(output)
        return
    # A folder is not replaced at once, nor by a file: what was there steps aside.
    replaced = output.with_name(f".{output.name}.replaced")
    remove(replaced)
    output.rename(replaced)
    finished.rename(output)
    remove(replaced)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
