"""The archive of mails in the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from publisher.ledger.archive import ArchivedMail
from publisher.ledger.ledger import Ledger

MAIL = ArchivedMail(
    key="posts/hello/2027-05-06/news",
    list="news",
    language="pl",
    sent_at=datetime(2027, 5, 6, 8, tzinfo=UTC),
    subject="Zażółć",
    preheader="It's soon",
    sha256="0" * 64,
    text="Cześć!\n",
    html="<p>Cześć!</p>",
)


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    return either_ledger


def test_what_is_in_the_archive_stays_as_it_was_put_in(ledger: Ledger) -> None:
    assert ledger.archive.keep(MAIL)
    assert not ledger.archive.keep(replace(MAIL, subject="Other"))
    assert ledger.archive.mail(MAIL.key, list_name="news", language="pl") == MAIL


def test_a_mail_is_found_under_its_list_and_language_alone(ledger: Ledger) -> None:
    ledger.archive.keep(MAIL)
    assert ledger.archive.mail(MAIL.key, list_name="press", language="pl") is None
    assert ledger.archive.mail(MAIL.key, list_name="news", language="en") is None


def test_the_newest_mail_comes_first_and_pages_follow_one_another(ledger: Ledger) -> None:
    for day in range(1, 6):
        ledger.archive.keep(replace(MAIL, key=f"k{day}", sent_at=MAIL.sent_at.replace(day=day)))
    ledger.archive.keep(replace(MAIL, key="k5", language="en"))
    first, second = (ledger.archive.entries("news", "pl", limit=3, offset=offset) for offset in (0, 3))
    assert [one.key for one in first + second] == ["k5", "k4", "k3", "k2", "k1"]
    assert ledger.archive.languages("news") == {"en": 1, "pl": 5}
    assert ledger.archive.translations("k5", list_name="news") == ["en", "pl"]
