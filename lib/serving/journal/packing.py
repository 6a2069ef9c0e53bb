"""What is to be sealed of an entry, as bytes: short, soon written, and every bit of a number kept.

Most of an entry are numbers, the client's features. As text a number has up to 20 digits, which
have to be worked out, compressed and read again; here it has the 8 bytes that it has in memory.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Any

import orjson
import pyarrow as pa

# The one part of a content that may be bytes: numbers.
VALUES = "values"
# Numbers hardly become shorter, whatever is tried: the quickest is best, and a fifth of what the
# other takes. Text, the reasons of an explanation, becomes half as long by the other.
QUICK, SHORT = b"\x02", b"\x03"
CODECS = {QUICK: pa.Codec("snappy"), SHORT: pa.Codec("zstd", compression_level=1)}
# In front: by which of both, how many bytes there are unpacked, and how many of these are JSON.
# Contents of the form before are JSON alone, as zlib writes it, which begins with another byte.
HEADER = struct.Struct("<cII")


def packed(content: Mapping[str, Any]) -> bytes:
    """Write content: JSON, and behind it `values` where they are bytes.

    Examples
    --------
    >>> unpacked(packed({"told": "a", "values": b"numbers"}))
    {'told': 'a', 'values': b'numbers'}
    """
    values = content.get(VALUES)
    if isinstance(values, bytes):
        content = {name: value for name, value in content.items() if name != VALUES}
    else:
        values = b""
    text = orjson.dumps(content)
    whole = text + values
    form = QUICK if len(text) < len(values) else SHORT
    return HEADER.pack(form, len(whole), len(text)) + CODECS[form].compress(whole, asbytes=True)


def unpacked(written: bytes) -> dict[str, Any]:
    """Read content that `packed` has written, here or in an older release.

    Examples
    --------
    >>> unpacked(zlib.compress(b'{"told":"a","values":[1.5,null]}'))
    {'told': 'a', 'values': [1.5, None]}
    """
    content: dict[str, Any]
    codec = CODECS.get(written[:1])
    if codec is None:
        content = orjson.loads(zlib.decompress(written))
        return content
    _, size, of_text = HEADER.unpack_from(written)
    whole = codec.decompress(written[HEADER.size :], decompressed_size=size, asbytes=True)
    content = orjson.loads(whole[:of_text])
    return content | {VALUES: whole[of_text:]} if of_text < size else content
