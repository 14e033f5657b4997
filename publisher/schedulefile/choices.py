"""Fields with a fixed set of words, and amounts of money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from publisher.model import ApprovalPolicy, EventStatus, OnUnknown, OutsideHours, Severity
from publisher.schedulefile import fields as f
from publisher.schedulefile import shapes
from publisher.schedulefile.refusal import text, wrong
from publisher.schedulefile.rulenames import IGNORABLE
from publisher.sentences import sentence

#: Funding profiles that come along.
FUNDING = ("interreg-europe-2014-2020", "interreg-europe-2021-2027", "fe-polska-2021-2027", "none")


def _amount(value: Any) -> Decimal:  # noqa: ANN401
    """An amount of money, exact. A comma is a decimal comma."""
    written = text(value)
    if not re.fullmatch(r"\d{1,9}(?:[.,]\d{1,6})?", written):
        wrong(
            sentence("“{value}” is no amount of money.", value=written),
            hint=sentence("Write a number, like 0.20, without a currency."),
        )
    return Decimal(written.replace(",", "."))


def _currency(value: Any) -> str:  # noqa: ANN401
    written = text(value)
    if not re.fullmatch(r"[A-Za-z]{3}", written):
        wrong(
            sentence("“{value}” is no currency.", value=written), hint=sentence("Write three letters, like USD or PLN.")
        )
    return written.upper()


def _empty_rule(value: object) -> bool:
    """Whether an empty digest is skipped."""
    word = text(value).casefold()
    return (
        word == "skip"
        if word in ("skip", "send")
        else wrong(
            sentence("“{value}” is none of the choices for “if_empty”.", value=value),
            hint=sentence("Write one of: skip, send."),
        )
    )


Name = Annotated[f.Text, WithJsonSchema(shapes.NAME)]
RuleNames = Annotated[list[f.Text], BeforeValidator(f.listed), WithJsonSchema(shapes.rules(sorted(IGNORABLE)))]
Funding = Annotated[f.Text, WithJsonSchema(shapes.suggested(FUNDING))]
Graded = Annotated[Severity, WithJsonSchema(shapes.suggested(Severity))]
Outside = Annotated[OutsideHours, WithJsonSchema(shapes.OUTSIDE_HOURS)]
Approval = Annotated[ApprovalPolicy, WithJsonSchema(shapes.APPROVAL)]
Basis = Annotated[f.Text, WithJsonSchema(shapes.suggested(["consent", "project-partners"]))]
Uncertain = Annotated[OnUnknown, WithJsonSchema(shapes.ON_UNKNOWN)]
Status = Annotated[EventStatus, WithJsonSchema(shapes.STATUS)]
IfEmpty = Annotated[bool, BeforeValidator(_empty_rule), WithJsonSchema(shapes.IF_EMPTY)]
Amount = Annotated[Decimal, PlainValidator(_amount), WithJsonSchema(shapes.AMOUNT)]
Ceiling = Annotated[Decimal | None, PlainValidator(_amount), WithJsonSchema(shapes.AMOUNT)]
Currency = Annotated[str, PlainValidator(_currency), WithJsonSchema(shapes.CURRENCY)]
