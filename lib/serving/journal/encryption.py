"""A key for each client: without it, what is sealed by it is noise, here and in every backup.

AES-256 in Galois counter mode with a nonce by chance: nobody reads what is sealed without its key,
nor puts it in the place of another entry's.
"""

import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lib.serving.journal.packing import unpacked

KEY_BYTES = 32
NONCE_BYTES = 12
SUBJECT_BYTES = 16


def new_secret() -> bytes:
    """Draw a key."""
    return secrets.token_bytes(KEY_BYTES)


def new_subject() -> bytes:
    """Draw what stands for a client in the journal; only the keys tell for whom."""
    return secrets.token_bytes(SUBJECT_BYTES)


def seal(key: bytes, content: bytes, entry_id: bytes) -> bytes:
    """Encrypt packed content for one entry.

    Examples
    --------
    >>> from lib.serving.journal.packing import packed
    >>> key = new_secret()
    >>> unseal(key, seal(key, packed({"p": 0.1}), b"an entry"), b"an entry")
    {'p': 0.1}
    >>> unseal(new_secret(), seal(key, packed({"p": 0.1}), b"an entry"), b"an entry") is None
    True
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, entry_id)


def unseal(key: bytes, sealed: bytes, entry_id: bytes) -> dict[str, Any] | None:
    """Give content back; None where the key is another, or a bit was changed."""
    try:
        content = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], entry_id)
    except InvalidTag:
        return None
    return unpacked(content)
