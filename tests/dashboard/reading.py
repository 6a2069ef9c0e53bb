"""What a person reads on the page."""

import re
from html import unescape


def read(html: str) -> str:
    """Give what a person reads, with plain spaces."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
    return unescape(words).replace("\u202f", " ").replace("\xa0", " ")
