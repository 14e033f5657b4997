"""Mails that the daemon sent to a real mail server, as it delivered them, and as a spam filter sees them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

import dkim_samples
import pytest
from every_template import LANGUAGES, TEMPLATES, WINDOW, everything, readers
from postfix_server import PostfixServer, postfix
from smart_regions import SUMMARY, TITLE
from spam_filter import judge

from publisher.alarm import SimulatedAlarm
from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.model import Channel, Reader
from publisher.newsletter.csvlist import open_list
from publisher.newsletter.keys import EVERYTHING, Purpose
from publisher.personal import SAMPLE_TOKEN
from publisher.settings import FixedSettings, variable
from publisher.timing.instants import to_instant

MOST = 2.0
"""A mail with a higher score is near to being spam; most servers draw the line at 5."""

SETTINGS = {
    "FROM": "Biuro – Zażółć <office@example.org>",
    "WEB_URL": "https://lists.example.org",
    **dkim_samples.SETTINGS,
}

#: What is put right in the end was first told by another mail: corrections go only to those who got that.
FIRST = {
    "status: postponed": "status: confirmed",
    "status: cancelled": "status: confirmed",
    "3 weeks before at 11:00, template: postponed": "5 weeks before at 11:00, template: save-the-date",
    "3 weeks before at 12:00, template: cancelled": "5 weeks before at 12:00, template: save-the-date",
}
EDITED = to_instant(datetime(2027, 4, 10), "Europe/Warsaw")  # noqa: DTZ001  wall time

_SAMPLE = re.compile(rb"((?:/p/(?:=\r\n)?)?)" + SAMPLE_TOKEN.encode())
_EARLIER = 2  #: mails about what is put right later
_SIGNATURE = re.compile(rb"(?:DKIM-Signature: .*\r\n(?:[ \t].*\r\n)*)+")
_RECEIVED = re.compile(rb"(Return-Path|X-Original-To|Delivered-To|Received): .*\r\n(?:[ \t].*\r\n)*")
_SPAM = b"From: office@example.org\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"
"""What every spam filter takes for spam, so that tests can see it work: https://spamassassin.apache.org/gtube/."""
_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE)


class Office:
    """Everything that goes out to the readers of a list, by a mail server."""

    def __init__(self, folder: Path, server: PostfixServer) -> None:
        self._file = folder / "schedules.yaml"
        (folder / "readers.csv").write_text(readers("Zofia Gęś"), encoding="utf-8")
        self._clock = SimulatedClock(WINDOW.begin)
        options = Options(
            schedules=self._file,
            database=f"sqlite:///{folder / 'ledger.db'}",
            values={variable("news", name): value for name, value in SETTINGS.items()},
        )
        self._sending = SETTINGS | {"SMTP_URL": server.url}
        self._app = App(options, clock=self._clock, accounts=self._accounts)

    def send(self) -> None:
        """Let the daemon run through the whole time, with an edit in it."""
        text = everything(title=TITLE, summary=SUMMARY, to="news", put_right="news")
        first = text
        for now, before in FIRST.items():
            first = first.replace(now, before)
        for written, end in ((first, EDITED), (text, WINDOW.end)):
            self._file.write_text(written, encoding="utf-8")
            stop = threading.Event()
            with closing(self._app.open_ledger()) as ledger, closing(Daemon(self._app, ledger, stop=stop)) as daemon:
                daemon.run_simulated(SimulatedAlarm(self._clock, end=end, stop=stop))

    def composed(self) -> Iterator[bytes]:
        """What the preview shows of the file as it is in the end, with the links of these readers."""
        schedule, _ = self._app.schedule()
        composer = self._app.composer(schedule)
        for planned in self._app.plan(schedule, WINDOW):
            entry = schedule.entry(f"{planned.kind}s/{planned.source_id}")
            assert entry is not None
            for reader in open_list(self._file.with_name("readers.csv")).readers:
                channel, language = planned.channel, reader.language
                made = composer.compose(planned, entry, channel=channel, language=language, reader=reader)
                yield self._with_own_links(made.payload.body, reader)

    def _with_own_links(self, mail: bytes, reader: Reader) -> bytes:
        key = self._app.list_key
        who = key.hash_of(reader.address)
        leave = key.token(Purpose.UNSUBSCRIBE, list_name="readers", person=who)
        prefer = key.token(Purpose.PREFERENCES, list_name=EVERYTHING, person=who)
        return _SAMPLE.sub(lambda found: found[1] + (prefer if b"/p/" in found[1] else leave).encode(), mail)

    def _accounts(self, channel: Channel) -> list[FixedSettings]:
        return [FixedSettings(channel.id, self._sending)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[bytes]]]:
    """All mails, each with what the servers on its way wrote above it."""
    with postfix() as server:
        office = Office(tmp_path_factory.mktemp("office"), server)
        office.send()
        yield office, server.mails(len(LANGUAGES) * (len(TEMPLATES) + _EARLIER))


def test_a_real_mail_server_delivers_the_bytes_that_were_composed(office: tuple[Office, list[bytes]]) -> None:
    composed = {_id(mail): mail for mail in office[0].composed()}
    arrived = {_id(mail): _unsigned(_as_handed_in(mail)) for mail in office[1]}
    assert len(composed) == len(LANGUAGES) * len(TEMPLATES)
    assert [name for name in composed if arrived.get(name) != composed[name]] == []


def test_signatures_are_good_after_a_real_mail_server_had_them(office: tuple[Office, list[bytes]]) -> None:
    assert [dkim_samples.verified(mail) for mail in office[1]] == [[True, True]] * len(office[1])


@pytest.mark.slow
def test_a_spam_filter_sees_no_spam_in_any_template_or_language(
    office: tuple[Office, list[bytes]], tmp_path: Path
) -> None:
    mails = [_as_received(mail) for mail in office[1]]
    *judged, of_spam = judge([*mails, _SPAM], folder=tmp_path)
    high = [(mail, one) for mail, one in zip(mails, judged, strict=True) if one.score >= MOST]
    assert high == []
    assert of_spam.score > MOST


def _id(mail: bytes) -> bytes:
    found = _ID.search(mail)
    assert found is not None
    return found[1]


def _as_handed_in(mail: bytes) -> bytes:
    """Without what servers on the way wrote above it."""
    while (added := _RECEIVED.match(mail)) is not None:
        mail = mail[added.end() :]
    return mail


def _unsigned(mail: bytes) -> bytes:
    return _SIGNATURE.sub(b"", mail, count=1)


def _as_received(mail: bytes) -> bytes:
    """As a server elsewhere got it from ours, at the time that the clock of the test showed."""
    date = message_from_bytes(mail)["Date"]
    trace = f"from mail.example.org (mail.example.org [198.51.100.7])\r\n by mx.example.net with ESMTP; {date}"
    return f"Received: {trace}\r\n".encode("ascii") + _as_handed_in(mail)
