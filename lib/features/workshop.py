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
        # Where it was put away, another run may have made one of its own by now.
        if _is_at(folder, held):
            with suppress(OSError):  # there is something in it
                folder.rmdir()
        os.close(held)


def _hold(folder: Path) -> int | None:
    """Hold a folder, which is made where there is none; None where somebody else does."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with suppress(FileExistsError):
            folder.mkdir()
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # whoever had it has just put it away
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            return None
        if _is_at(folder, held):
            return held
        os.close(held)


def _is_at(folder: Path, held: int) -> bool:
    """Whether what is held is still at its path, and was not put in the output's place."""
    try:
        return os.path.samestat(os.fstat(held), folder.stat())
    except FileNotFoundError:
        return False


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
