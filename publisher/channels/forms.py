"""HTML forms as bytes, without a library in between: what is previewed is what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

FORM = "application/x-www-form-urlencoded"


def encode_form(fields: Mapping[str, str]) -> bytes:
    """A form as it goes on the wire. Raises `UnicodeEncodeError` for half characters."""
    return urlencode(fields).encode("ascii")


def decode_form(body: bytes) -> dict[str, str]:
    """The inverse of `encode_form`."""
    return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True))
