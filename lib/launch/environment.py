"""The conda environment, written from the lock."""

import re

HEAD = """\
# The environment for conda users: `conda env create -f environment.yml` in a clone of the project.
# Written by `make lock`: the versions are those of requirements.lock, whose hashes pip cannot check
# beside an editable folder.
name: pret-a-depenser
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - make
  - pip:
"""


def locked_versions(lock: str) -> dict[str, str]:
    """Read the pinned versions out of a lock file.

    Examples
    --------
    >>> locked_versions("numpy==2.4.1 --hash=sha256:00")
    {'numpy': '2.4.1'}
    """
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", lock, flags=re.MULTILINE))


def conda_environment(lock: str) -> str:
    """Write the text of ``environment.yml`` for a lock file's text."""
    pins = (f"      - {name}=={version}\n" for name, version in locked_versions(lock).items())
    return HEAD + "".join(pins) + "      - -e .\n"
