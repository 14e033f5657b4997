"""Fields of e-mail channels: which share of the readers comes first, and how many readers are usual."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from publisher.model import Canary, UsualSize
from publisher.schedulefile import mailshapes
from publisher.schedulefile.refusal import text, wrong
from publisher.sentences import sentence

_NONE = {"no", "false", "off", "nie", "none", "brak"}
_ANY = {"any", "dowolna"} | _NONE
_CANARY = re.compile(
    r"(?:(?P<percent>\d{1,2}(?:[.,]\d{1,2})?) ?%|(?P<readers>\d{1,6}) readers?)"
    r",? then (?P<wait>\d{1,4}) (?P<unit>minute|hour)s?"
    r"(?:, ?hold(?:s|ing)? (?:at|above|from) (?P<limit>\d{1,2}(?:[.,]\d{1,2})?) ?%)?"
)
_SIZES = re.compile(r"(?P<least>\d{1,7}) ?(?:-|–|—|to|do) ?(?P<most>\d{1,7})")  # noqa: RUF001  people type all


def _canary(value: Any) -> Canary | None:  # noqa: ANN401
    words = " ".join(text(value).casefold().split())
    if words in _NONE:
        return None
    found = _CANARY.fullmatch(words)
    if found is None or not int(found["wait"]) or not (_number(found["percent"]) or int(found["readers"] or 0)):
        return wrong(
            sentence("“{value}” does not say who gets the mail first, and how long the others wait.", value=value),
            hint=sentence("Write it like “1% then 30 minutes” or “50 readers then 1 hour”, or none."),
        )
    wait = timedelta(**{f"{found['unit']}s": int(found["wait"])})
    limit = {"limit": _number(found["limit"])} if found["limit"] else {}
    return Canary(wait=wait, percent=_number(found["percent"]), readers=int(found["readers"] or 0), **limit)


def _usual_size(value: Any) -> UsualSize | None:  # noqa: ANN401
    """None: as the mailings before show."""
    words = " ".join(text(value).casefold().split())
    if words in _ANY:
        return UsualSize()
    if words in ("learned", "learnt"):
        return None
    found = _SIZES.fullmatch(words)
    if found is None or not 0 < int(found["most"]) >= int(found["least"]):
        return wrong(
            sentence("“{value}” is no number of readers from … to ….", value=value),
            hint=sentence("Write the smallest and the largest usual number, like 50-2000; or any."),
        )
    return UsualSize(least=int(found["least"]), most=int(found["most"]))


def _number(written: str | None) -> Decimal:
    return Decimal((written or "0").replace(",", "."))


CanaryRule = Annotated[Canary | None, PlainValidator(_canary), WithJsonSchema(mailshapes.CANARY)]
Sizes = Annotated[UsualSize | None, PlainValidator(_usual_size), WithJsonSchema(mailshapes.USUAL_SIZE)]
