"""How well mails that came back are read: address found, hard found, falsely hard."""

from __future__ import annotations

import sys

import pytest
from bounce_mails import FOLDER, Expected, content, expectations

from publisher.bounces.read import reports
from publisher.bounces.report import BounceReport

EXPECTED = expectations()
BOUNCES = ("hard", "soft", "sender_fault", "block")


def _found(name: str, one: Expected) -> BounceReport | None:
    return next((got for got in reports(content(name)) if got.recipient.casefold() == one.recipient.casefold()), None)


def test_every_mail_has_an_expectation() -> None:
    assert {file.name for file in FOLDER.glob("*.eml")} == set(EXPECTED)
    assert len(EXPECTED) >= 250


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_mail_is_read_as_its_author_meant_it(name: str) -> None:
    got = {(one.recipient.casefold(), str(one.kind)) for one in reports(content(name))}
    assert got == {(one.recipient.casefold(), one.kind) for one in EXPECTED[name]}
    for one in EXPECTED[name]:
        report = _found(name, one)
        assert report is not None
        assert not one.reason or report.reason == one.reason


def test_the_scoreboard() -> None:
    rows = [(name, one) for name, several in EXPECTED.items() for one in several if one.kind in BOUNCES]
    found = [(one, _found(name, one)) for name, one in rows]
    named = sum(report is not None for _, report in found) / len(found)
    hard = [report for one, report in found if one.kind == "hard"]
    others = [report for one, report in found if one.kind != "hard"]
    hard_found = sum(report is not None and report.kind == "hard" for report in hard) / len(hard)
    falsely_hard = sum(report is not None and report.kind == "hard" for report in others) / len(others)
    figures = f"address found {named:.1%}, hard found {hard_found:.1%}, falsely hard {falsely_hard:.1%}"
    sys.stdout.write(f"\n{len(found)} bounces: {figures}\n")
    assert named >= 0.95
    assert hard_found >= 0.95
    assert falsely_hard <= 0.02
    assert len(hard) >= 80
    assert len(others) >= 80


@pytest.mark.parametrize("kind", ["complaint", "auto_reply", "none"])
def test_complaints_automatic_answers_and_ordinary_mails_are_all_recognised(kind: str) -> None:
    rows = [(name, one) for name, several in EXPECTED.items() for one in several if one.kind == kind]
    assert len(rows) >= 10
    for name, one in rows:
        report = _found(name, one)
        assert report is not None, name
        assert report.kind == kind, name
