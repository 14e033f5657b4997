"""The stand-in for a mail server: who may send, what is taken, and how it fails."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import pytest

from publisher.model import Calendar, Channel
from publisher.sandbox import Fault, Sandbox

CHANNEL = Channel(id="mail-en", type="email", languages=("en",), calendar=Calendar(timezone="UTC"))
SENDER, READER = "announcements@example.org", "reader@example.org"
CONTENT = (
    b"From: Open House <announcements@example.org>\r\n"
    b"To: reader@example.org\r\n"
    b"Subject: =?utf-8?q?Dzie=C5=84_otwarty?=\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <one@example.org>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"Zapraszamy \xe2\x80\x94 ..\r\n"
    b".a line that begins with a dot\r\n"
)


class SetClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SetClock()) as sandbox:
        yield sandbox


def connected(sandbox: Sandbox, *, password: str | None = None, timeout: float = 5) -> smtplib.SMTP:
    url = urlsplit(sandbox.settings_for(CHANNEL)["SMTP_URL"])
    server = smtplib.SMTP(str(url.hostname), url.port or 0, timeout=timeout)
    try:
        server.login(unquote(str(url.username)), password or unquote(str(url.password)))
    except smtplib.SMTPException:
        server.close()
        raise
    return server


def send(server: smtplib.SMTP, content: bytes = CONTENT, *, to: str = READER) -> None:
    server.sendmail(SENDER, [to], content, mail_options=["BODY=8BITMIME"])


def test_a_mail_is_kept_octet_by_octet(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        send(server)
    (mail,) = sandbox.mails("mail-en")
    assert mail.content == CONTENT
    assert (mail.sender, mail.recipient, mail.subject) == (SENDER, READER, "Dzień otwarty")
    assert mail.at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert sandbox.counts() == {"mail-en": 1}


def test_the_server_says_what_it_offers(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        offered = set(server.esmtp_features)
        assert {"size", "8bitmime", "enhancedstatuscodes", "pipelining", "auth"} <= offered
        assert server.esmtp_features["size"] == "25000000"


def test_both_ways_to_log_in_work(sandbox: Sandbox) -> None:
    url = urlsplit(sandbox.settings_for(CHANNEL)["SMTP_URL"])
    for way in ("PLAIN", "LOGIN"):
        with smtplib.SMTP(str(url.hostname), url.port or 0, timeout=5) as server:
            server.ehlo()
            server.user, server.password = unquote(str(url.username)), unquote(str(url.password))
            code, _ = server.auth(way, getattr(server, f"auth_{way.lower()}"))
            assert code == 235


def test_a_wrong_password_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        connected(sandbox, password="wrong")
    assert refused.value.smtp_code == 535


def test_nobody_sends_without_logging_in(sandbox: Sandbox) -> None:
    url = urlsplit(sandbox.settings_for(CHANNEL)["SMTP_URL"])
    with smtplib.SMTP(str(url.hostname), url.port or 0, timeout=5) as server:
        server.ehlo()
        assert server.mail(SENDER)[0] == 530


def test_the_same_mail_twice_shows_twice(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        send(server)
        send(server)
    assert [mail.number for mail in sandbox.mails()] == [1, 2]


def test_recipients_at_invalid_example_are_unknown(sandbox: Sandbox) -> None:
    with connected(sandbox) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server, to="nobody@invalid.example")
    assert refused.value.recipients["nobody@invalid.example"] == (550, b"5.1.1 User unknown")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n", b""),
        (b"Message-ID: <one@example.org>\r\n", b""),
        (b"MIME-Version: 1.0\r\n", b""),
        (b"To: reader@example.org\r\n", b""),
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nFrom: other@example.org\r\n"),
        (b"Subject: =?utf-8?q?Dzie=C5=84_otwarty?=\r\n", "Subject: Dzień\r\n".encode()),
        (b"<one@example.org>", b"one"),
        (b"Mon, 02 Mar 2026", b"today"),
        (b"Zapraszamy", b"a" * 999),
    ],
)
def test_a_mail_that_breaks_the_format_is_refused(sandbox: Sandbox, old: bytes, new: bytes) -> None:
    assert old in CONTENT
    with connected(sandbox) as server, pytest.raises(smtplib.SMTPDataError) as refused:
        send(server, CONTENT.replace(old, new))
    assert refused.value.smtp_code == 550
    assert refused.value.smtp_error.startswith(b"5.6.0 Message not accepted: ")
    assert sandbox.mails() == []


def test_bare_line_feeds_are_refused(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        server.mail(SENDER)
        server.rcpt(READER)
        server.docmd("DATA")
        server.send(CONTENT.replace(b"..\r\n", b"..\n") + b".\r\n")
        assert server.getreply() == (550, b"5.6.0 Message not accepted: a bare CR or LF")


def test_mails_above_the_size_limit_are_refused_before_they_are_sent(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        assert server.mail(SENDER, ["SIZE=25000001"])[0] == 552


@pytest.mark.parametrize(
    ("fault", "code", "mails"),
    [
        (Fault.SMTP_GREYLIST, 450, 0),
        (Fault.SMTP_REFUSE, 550, 0),
        (Fault.SMTP_POLICY, 554, 0),
        (Fault.SMTP_DEFER_DATA, 451, 0),
        (Fault.SMTP_BUSY, 421, 0),
    ],
)
def test_a_planned_refusal_acts_once(*, sandbox: Sandbox, fault: Fault, code: int, mails: int) -> None:
    sandbox.inject("mail-en", fault)
    with closing(connected(sandbox)) as server, pytest.raises(smtplib.SMTPException) as refused:
        send(server)
    error = refused.value
    answers = error.recipients[READER] if isinstance(error, smtplib.SMTPRecipientsRefused) else error.args
    assert (answers[0], len(sandbox.mails())) == (code, mails)
    with connected(sandbox) as server:
        send(server)
    assert len(sandbox.mails()) == mails + 1


def test_a_login_can_be_refused_once(sandbox: Sandbox) -> None:
    sandbox.settings_for(CHANNEL)
    sandbox.inject("mail-en", Fault.SMTP_AUTH)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        connected(sandbox)
    connected(sandbox).close()


@pytest.mark.parametrize(("fault", "mails"), [(Fault.SMTP_DROP_BEFORE_DATA, 0), (Fault.SMTP_DROP_AFTER_DATA, 1)])
def test_the_connection_can_break(sandbox: Sandbox, fault: Fault, mails: int) -> None:
    sandbox.inject("mail-en", fault)
    with closing(connected(sandbox)) as server, pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        send(server)
    assert len(sandbox.mails()) == mails


def test_a_mail_can_be_taken_without_an_answer(sandbox: Sandbox) -> None:
    sandbox.inject("mail-en", Fault.SMTP_TIMEOUT_AFTER_DATA)
    with closing(connected(sandbox, timeout=0.3)) as server, pytest.raises((TimeoutError, smtplib.SMTPException)):
        send(server)
    assert len(sandbox.mails()) == 1


def test_a_fault_can_wait_for_mails_to_go_through(sandbox: Sandbox) -> None:
    sandbox.inject("mail-en", Fault.SMTP_POLICY, after=2)
    with connected(sandbox) as server:
        send(server)
        send(server)
        with pytest.raises(smtplib.SMTPDataError):
            send(server)
        send(server)
    assert len(sandbox.mails()) == 3


def test_stopping_ends_a_client_that_waits_for_an_answer() -> None:
    sandbox = Sandbox(clock=SetClock())
    sandbox.start()
    with closing(connected(sandbox)) as server:
        sandbox.inject("mail-en", Fault.SMTP_TIMEOUT_AFTER_DATA)
        server.mail(SENDER)
        server.rcpt(READER)
        server.docmd("DATA")
        server.send(CONTENT + b".\r\n")
        while not sandbox.mails():
            time.sleep(0.01)
        begin = time.monotonic()
        sandbox.stop()
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            server.getreply()
    assert time.monotonic() - begin < 10


def test_pipelined_commands_are_answered_in_order(sandbox: Sandbox) -> None:
    with connected(sandbox) as server:
        server.send(f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{READER}>\r\nDATA\r\n".encode())
        assert [server.getreply()[0] for _ in range(3)] == [250, 250, 354]
        server.send(CONTENT + b".\r\n")
        assert server.getreply()[0] == 250


def test_the_mail_port_is_free_again_after_the_end(sandbox: Sandbox) -> None:
    port = urlsplit(sandbox.smtp_url).port or 0
    sandbox.stop()
    sandbox.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
