"""Fields that say who reads mails, and in which language: lists, conditions on readers, chains of languages."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from publisher.schedulefile import mailshapes, shapes
from publisher.schedulefile.codes import read_language
from publisher.schedulefile.fields import listed
from publisher.schedulefile.refusal import text, wrong
from publisher.segments.grammar import SegmentError, parse_condition
from publisher.sentences import sentence

_LIST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def is_file(source: str) -> bool:
    """Whether what stands after ``list`` is a file: it has an ending or a slash. Else it is a list in the ledger."""
    return bool(re.search(r"[./\\]", source))


def _lists(value: Any) -> list[str]:  # noqa: ANN401  whatever the file holds
    """One file, or the names of lists."""
    sources = listed(value)
    if not isinstance(sources, list) or not sources:
        wrong(
            sentence("It does not say who the readers are."),
            hint=sentence("Write it like  list: lists/partners.csv  or  list: news"),
            code="missing-key",
        )
    names = [text(one) for one in sources]
    if len(names) > 1 and any(is_file(one) for one in names):
        wrong(
            sentence("A file can't be joined with other lists."),
            hint=sentence("Name one file, or lists that publisher keeps; to keep it: publisher lists import"),
        )
    for name in names:
        if not is_file(name) and not _LIST_NAME.fullmatch(name):
            wrong(
                sentence("“{name}” is neither a file nor the name of a list.", name=name),
                hint=sentence("Write it like  list: lists/partners.csv  or  list: news"),
            )
    return list(dict.fromkeys(names))


def _segment(value: Any) -> str:  # noqa: ANN401
    """A condition, looked through and kept as it is written."""
    written = text(value)
    try:
        parse_condition(written)
    except SegmentError as error:
        return wrong(error.message, hint=error.hint, code="bad-condition", offset=error.offset, length=error.length)
    return written


def _chains(value: Any) -> dict[str, list[str]]:  # noqa: ANN401
    """Language → what its readers get where it is lacking, best first."""
    if not isinstance(value, dict):
        wrong(
            sentence("Languages with what takes their place are expected here."),
            hint=sentence("Write it like  fallback: {{ ca: [es, en] }}"),
        )
    return {read_language(code): [read_language(one) for one in listed(others)] for code, others in value.items()}


Lists = Annotated[list[str], PlainValidator(_lists), WithJsonSchema(shapes.SOURCES)]
Segment = Annotated[str, PlainValidator(_segment), WithJsonSchema(mailshapes.SEGMENT)]
Chains = Annotated[dict[str, list[str]], PlainValidator(_chains), WithJsonSchema(mailshapes.CHAINS)]
