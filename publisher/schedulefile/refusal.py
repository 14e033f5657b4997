"""How a field refuses a value."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from pydantic_core import PydanticCustomError

from publisher.sentences import NOTHING, Sentence, sentence


def wrong(  # noqa: PLR0913  a refusal has that many parts
    message: Sentence,
    *,
    hint: Sentence = NOTHING,
    code: str = "bad-value",
    offset: int = 0,
    length: int = 0,
    instead: str = "",
    day: date | None = None,
) -> NoReturn:
    """Refuse a value.

    A sentence, the mend, a stable code, and which characters of the value are wrong (``length`` 0: all the rest).
    ``instead`` is what `publisher fix` writes there. A ``day`` that was probably meant is spelled out for the reader.
    """
    context = {"sentence": message, "hint": hint, "offset": offset, "length": length, "instead": instead, "day": day}
    raise PydanticCustomError(code, "{sentence}", context)


def text(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """A text that is there."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None or isinstance(value, str):
        wrong(
            sentence("The value is missing here."),
            hint=sentence("Write it after the colon, or delete the line."),
            code="missing-key",
        )
    return wrong(
        sentence("One text is expected here, not a list or a group."),
        hint=sentence("Write it on one line, without brackets and dashes."),
    )
