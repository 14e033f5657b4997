"""Text as a YAML value that our own reader, and any other, gives back as it was."""

from __future__ import annotations

import re

#: Plain when it begins with a letter and holds neither “: ” nor “ #” nor signs that make people wonder.
_PLAIN = re.compile(r"[^\W\d_](?:[^\x00-\x1f\x7f-\xa0:#{}\[\]\"`\\\u2028\u2029\ufeff]|:(?=[^\s]))*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def value(text: str) -> str:
    """One line of text (`publisher.importing.texts.clean`) as a value in block style."""
    is_plain = _PLAIN.fullmatch(text) and not text.endswith((":", " ")) and text.casefold() not in _WORDS
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """The same in double quotes, as it may stand anywhere."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
