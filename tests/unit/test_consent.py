"""Whether enough people said yes to just these bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from publisher.consent import Cell, Consent, is_same, people, standing, why_not
from publisher.ledger.records import Approval
from publisher.model import ApprovalPolicy as Policy

AT = datetime(2027, 5, 6, 10, 0)  # noqa: DTZ001  wall time
CELL = Cell(key="one/x/pl", language="pl", sha256="ab", local=AT)
ANNA, JAN = "Anna Nowak <anna@example.org>", "Jan Kowalski <jan@example.org>"


def given(who: str = ANNA, **others: object) -> Approval:
    usual = {"key": CELL.key, "language": "pl", "subject": "posts/one/post/x", "sha256": "ab", "local": AT}
    return Approval(who=who, given_at=datetime(2027, 5, 1, tzinfo=UTC), **{**usual, **others})


@pytest.mark.parametrize(
    ("policy", "approvals", "expected"),
    [
        (Policy.NONE, [], Consent.NOT_NEEDED),
        (Policy.ANYONE, [], Consent.WAITING),
        (Policy.ANYONE, [given()], Consent.GIVEN),
        (Policy.ANYONE, [given(author=ANNA)], Consent.GIVEN),
        (Policy.ANYONE_BUT_AUTHOR, [given(author=ANNA)], Consent.WAITING),
        (Policy.ANYONE_BUT_AUTHOR, [given(author=ANNA), given(JAN, author=ANNA)], Consent.GIVEN),
        (Policy.ANYONE_BUT_AUTHOR, [given()], Consent.GIVEN),
        (Policy.TWO, [given()], Consent.WAITING),
        (Policy.TWO, [given(), given("anna nowak")], Consent.WAITING),
        (Policy.TWO, [given(), given(JAN)], Consent.GIVEN),
        (Policy.TWO, [given(), given(JAN, sha256="cd")], Consent.WAITING),
        (Policy.ANYONE, [given(sha256="cd")], Consent.VOID),
        (Policy.ANYONE, [given(local=AT + timedelta(hours=2))], Consent.VOID),
        (Policy.ANYONE, [given(language="en")], Consent.WAITING),
        (Policy.ANYONE, [given(language="", sha256="", local=None)], Consent.WAITING),
        (Policy.ANYONE, [given(), given(JAN, sha256="cd")], Consent.GIVEN),
    ],
)
def test_a_yes_counts_for_the_same_bytes_language_and_time(
    policy: Policy, approvals: list[Approval], expected: Consent
) -> None:
    assert standing(policy, CELL, approvals).consent is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ANNA, ANNA, True),
        ("Anna Nowak <anna@example.org>", "A. Nowak <ANNA@example.org>", True),
        ("Anna Nowak <anna@example.org>", "Anna Nowak <other@example.org>", False),
        ("anna  nowak", ANNA, True),
        ("anna@example.org", ANNA, True),
        (ANNA, "anna@example.org", True),
        (ANNA, JAN, False),
        ("anna", "", False),
    ],
)
def test_a_person_is_known_by_the_address_else_by_the_name(one: str, other: str, *, same: bool) -> None:
    assert is_same(one, other) is same


def test_each_person_is_counted_once() -> None:
    assert people([ANNA, "anna@example.org", JAN, ANNA]) == [ANNA, JAN]


def test_why_it_waits_names_who_approved_and_the_command() -> None:
    two = standing(Policy.TWO, CELL, [given()])
    assert why_not("one/x", "pl", two) == "waits for approval, one more than Anna Nowak: publisher approve one/x"
    void = standing(Policy.ANYONE, CELL, [given(sha256="cd")])
    words = "changed (pl) since Anna Nowak approved it; waits for approval: publisher approve one/x"
    assert why_not("one/x", "pl", void) == words
