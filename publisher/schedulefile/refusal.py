"""How a field refuses a value."""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic_core import PydanticCustomError


def wrong(message: str, *, hint: str = "", code: str = "bad-value", offset: int = 0, length: int = 0) -> NoReturn:
    """Refuse a value: a sentence, the mend, a stable code, and which characters of it are wrong (0: all the rest)."""
    context = {"sentence": message, "hint": hint, "offset": offset, "length": length}
    raise PydanticCustomError(code, "{sentence}", context)


def text(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """A text that is there."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None or isinstance(value, str):
        wrong("The value is missing here.", hint="Write it after the colon, or delete the line.", code="missing-key")
    return wrong(
        "One text is expected here, not a list or a group.", hint="Write it on one line, in quotes if need be."
    )
