"""Words of people within Markdown, where they must not do anything.

On GitHub and its like ``@name`` calls a person, ``#12`` and addresses leave a trace in another discussion, and ``<!--``
hides what follows. Within a code span nothing of that happens (CommonMark 0.31, section 6.1).
"""

from __future__ import annotations

import re

_HARMLESS = re.compile(r"(?:[^\W_]|(?<=[^\W_])_(?=[^\W_])|[ .,:;()–—→“”„'’/%+!?-])*")  # noqa: RUF001  as people type them
_CALLS = re.compile(r"://|www\.|\bGH-\d|\b[0-9a-f]{7,40}\b", re.IGNORECASE)


def inert(text: str) -> str:
    """The text as it is when nothing in it means anything, else as a code span; in one line."""
    line = " ".join(text.split())
    return line if _HARMLESS.fullmatch(line) and not _CALLS.search(line) else code(line)


def code(text: str) -> str:
    """A code span that no backtick in the text can end."""
    line = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{space}{line}{space}{fence}"
