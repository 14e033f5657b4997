"""The mails that the pages for readers send, as a spam filter sees them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from spam_filter import judge

from publisher.channels.addresses import Mailbox
from publisher.web.mails import Notice, write
from publisher.web.words import LANGUAGES, shipped_words

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SENDER = Mailbox("Biuro – Zażółć", "office@example.org")
TOKEN = "AGsKFbe-RaiVStzd9cUP1S1hqxsYOyZ8OaH415Mo"
MOST = 2.0
"""A mail with a higher score is near to being spam; most servers draw the line at 5."""


def mail(kind: str, language: str) -> bytes:
    notice = Notice(
        kind=kind,
        words=shipped_words(language),
        organisation="Next2Met",
        lists=["Aktualności projektu", "Invitations to events"],
        link=f"https://letters.example.org/confirm/{TOKEN}?lang={language}",
    )
    return write(notice, sender=SENDER, address="anna@example.com", now=NOW, chance="e4aa3368c21a56586c3a5cd5").body


@pytest.mark.slow
def test_a_spam_filter_lets_them_pass_in_every_language(tmp_path: Path) -> None:
    mails = [mail(kind, language) for kind in ("confirm", "known") for language in LANGUAGES]
    judged = judge(mails, folder=tmp_path)
    assert [one for one in judged if one.score >= MOST] == []
