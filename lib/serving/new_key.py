"""Makes an API key: ``python -m lib.serving.new_key NAME [scoring|portfolio]``.

The key is shown once and goes to the caller; the line below it goes to the service.
"""

import argparse
import secrets
import sys

from lib.serving.keys import Key, Role

KEY_BYTES = 32


def new_key(name: str, role: Role) -> tuple[str, Key]:
    """Make a key of 256 random bits, and what the service keeps of it."""
    secret = secrets.token_urlsafe(KEY_BYTES)
    return secret, Key.from_secret(name, role, secret)


def main() -> int:
    """Print a key and its line."""
    asked = argparse.ArgumentParser(prog="python -m lib.serving.new_key")
    asked.add_argument("name", help="of the system that will hold the key; no colon")
    asked.add_argument("role", nargs="?", type=Role, choices=list(Role), default=Role.SCORING)
    given = asked.parse_args()
    if not given.name or ":" in given.name:
        asked.error("the name is not empty and has no colon")
    secret, key = new_key(given.name, given.role)
    sys.stdout.write(
        f"The key, for the header X-API-Key; it is shown this once:\n  {secret}\n"
        f"Its line, for SCORING_API_KEYS or the file of SCORING_API_KEYS_FILE:\n  {key}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
