"""What the fields about mailings and their readers may look like (`publisher.schedulefile.shapes`)."""

from __future__ import annotations

from publisher.schedulefile.shapeparts import BOOLEAN, NO_WORDS, Shape, explained, letters, written
from publisher.schedulefile.shapes import LANGUAGES

SEGMENT: Shape = {
    "type": "string",
    "minLength": 1,
    **explained(
        {
            "language is fi": "Readers who chose Finnish; or: is not, is set, is not set.",
            "tags has press": "One of the words in a column, between commas.",
            "since after 2027-01-01": "Who came after this day; or: before.",
            'city is "Nowy Sącz" and not tags has press': "Join conditions with and, or, not and parentheses.",
        }
    ),
}
CHAINS: Shape = {
    "type": "object",
    "additionalProperties": LANGUAGES,
    "defaultSnippets": [{"label": "{ ca: [es, en] }", "body": {"ca": ["es", "en"]}}],
}
#: A file needs a reason to write to those in it, beside it; a list that publisher keeps has its own.
NEEDS_BASIS: Shape = {
    "anyOf": [
        {"required": ["basis"]},
        {"required": ["list"], "properties": {"list": {"not": {"type": "string", "pattern": r"[./\\]"}}}},
    ]
}

_PERCENT = r"\d{1,2}(?:[.,]\d{1,2})?\s?%"
_FIRST = rf"(?:{_PERCENT}|\d{{1,6}}\s+{letters('reader')}[sS]?)"
_THEN = rf",?\s+{letters('then')}\s+\d{{1,4}}\s+(?:{letters('minute', 'hour')})[sS]?"
_HOLD = rf"(?:,\s?{letters('hold')}\w*\s+(?:{letters('at', 'above', 'from')})\s+{_PERCENT})?"
CANARY: Shape = {
    "anyOf": [
        written(f"{_FIRST}{_THEN}{_HOLD}|{letters(*NO_WORDS)}", "Write it like 1% then 30 minutes, or none."),
        BOOLEAN,
    ],
    **explained(
        {
            "1% then 30 minutes": "Each hundredth reader gets it first; half an hour later the others, if all is well.",
            "50 readers then 1 hour, hold at 5%": "Fifty come first; more than 5 % trouble among them holds the rest.",
        }
    ),
}
_FROM_TO = r"\d{1,7}\s?(?:-|–|—|to|do)\s?\d{1,7}"  # noqa: RUF001  people type all
USUAL_SIZE: Shape = {
    "anyOf": [
        written(
            f"{_FROM_TO}|{letters(*NO_WORDS, 'any', 'dowolna', 'learned', 'learnt')}", "Write it like 50-2000, or any."
        ),
        BOOLEAN,
    ],
    **explained(
        {
            "50-2000": "A mailing to fewer or more readers is held until somebody approves the number.",
            "any": "Nothing is held for the number of its readers.",
        }
    ),
}
