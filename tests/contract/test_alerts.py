"""Alerts over real HTTP and SMTP on this computer: what arrives, what is tried again, and what is never shown."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from publisher.alerts import Alert, AlertKind, Silence
from publisher.alerts.configured import notifier
from publisher.alerts.outbox import Outbox
from publisher.alerts.ways import NotTaken, Webhook
from publisher.clock import SystemClock
from publisher.errors import SettingsError
from publisher.model import Calendar, Channel
from publisher.sandbox import Sandbox

CLOCK = SystemClock()
ACCOUNT = Channel(id="alert", type="email", languages=("en",), calendar=Calendar(timezone="UTC"))
SECRET = "T0/B0/s3cr3t"
ALERT = Alert(
    kind=AlertKind.FILE_BROKEN,
    subject="schedules.yaml",
    words="schedules.yaml:8:11: Zły wiersz.\nDue within 48 hours: nothing.",
    mend="Did you mean 2027-05-13?",
)


@dataclass
class Hook:
    """A server that takes webhooks; ``answers`` are its next status codes."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait(self, times: int = 1) -> None:
        """Until so many requests have come."""
        for _ in range(times):
            assert self.came.acquire(timeout=20)


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(made.answers.pop(0) if made.answers else 200)
            self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()
            made.came.release()

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/{SECRET}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@contextmanager
def outbox(url: str) -> Iterator[Outbox]:
    with closing(Outbox([Webhook(url)], clock=CLOCK, pauses=(0.01, 0.01))) as made:
        yield made


def test_a_webhook_gets_one_text_and_the_parts(hook: Hook) -> None:
    with outbox(hook.url) as out:
        out.notify(ALERT)
        hook.wait()
    (taken,) = hook.taken
    assert taken["text"] == (
        "publisher: file broken: schedules.yaml\nschedules.yaml:8:11: Zły wiersz.\n"
        "Due within 48 hours: nothing.\n→ Did you mean 2027-05-13?"
    )
    assert {name: taken[name] for name in ("kind", "subject", "words", "mend")} == {
        "kind": "file broken",
        "subject": "schedules.yaml",
        "words": ALERT.words,
        "mend": ALERT.mend,
    }
    assert taken["at"].endswith("Z")


def test_what_is_refused_is_tried_twice_more(hook: Hook) -> None:
    hook.answers = [500, 429]
    with capture_logs() as log, outbox(hook.url) as out:
        out.notify(ALERT)
        hook.wait(3)
    assert (len(hook.taken), log) == (3, [])


def test_what_fails_three_times_is_logged_without_the_address_and_the_next_one_goes_out(hook: Hook) -> None:
    hook.answers = [500, 302, 404]
    with capture_logs() as log, outbox(hook.url) as out:
        out.notify(ALERT)
        hook.wait(3)
        out.notify(ALERT)
        hook.wait()
    (line,) = log
    assert (line["reason"], line["way"]) == ("HTTP 404", "webhook at 127.0.0.1")
    assert SECRET not in str(log)


def test_what_a_webhook_that_was_down_did_not_take_is_sent_later(hook: Hook) -> None:
    hook.answers = [500] * 4
    with (
        capture_logs() as log,
        closing(Outbox([Webhook(hook.url)], clock=CLOCK, pauses=(0.01, 0.01), rest=0.05)) as out,
    ):
        out.notify(ALERT)
        hook.wait(5)
        while out.counts.sent == 0:
            time.sleep(0.01)
    assert (len(hook.taken), out.counts.sent, out.counts.failed) == (5, 1, 1)
    assert log[0]["event"] == "an alert was not sent"


def test_it_counts_as_told_once_and_only_when_the_first_way_took_it(hook: Hook) -> None:
    told: list[str] = []
    dead = Webhook(f"http://127.0.0.1:1/{SECRET}")
    with closing(Outbox([dead], clock=CLOCK, pauses=())) as out:
        out.notify(ALERT, taken=lambda: told.append("nobody"))
    with closing(Outbox([dead, Webhook(hook.url), Webhook(hook.url)], clock=CLOCK, pauses=())) as out:
        out.notify(ALERT, taken=lambda: told.append("somebody"))
    assert (told, len(hook.taken)) == (["somebody"], 2)


@pytest.mark.parametrize("url", [f"http://127.0.0.1:1/{SECRET}", f"http://localhost:bad/{SECRET}"])
def test_nobody_at_home_is_told_without_the_address(url: str) -> None:
    with pytest.raises(NotTaken) as caught:
        Webhook(url).send(ALERT, now=CLOCK.now())
    assert "s3cr3t" not in str(caught.value) + repr(Webhook(url))


def test_whoever_has_an_alert_never_waits_and_a_storm_of_them_is_only_logged(hook: Hook) -> None:
    began = time.monotonic()
    with capture_logs() as log, outbox(hook.url) as out:
        for _ in range(2000):
            out.notify(ALERT)
        assert time.monotonic() - began < 15
    assert "an alert was not sent, too many wait" in [line["event"] for line in log]


def test_closing_sends_what_is_left_and_may_be_done_twice(hook: Hook) -> None:
    out = Outbox([Webhook(hook.url)], clock=CLOCK)
    out.notify(ALERT)
    out.close()
    out.close()
    assert len(hook.taken) == 1


# --- mail -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=CLOCK) as made:
        yield made


def settings(sandbox: Sandbox, **more: str) -> dict[str, str]:
    own = {
        "PUBLISHER_ALERT_MAIL": "anna@example.org, Béla <bela@example.org>",
        "PUBLISHER_ALERT_FROM": "Wydawca <publisher@example.org>",
        "PUBLISHER_ALERT_SMTP_URL": sandbox.settings_for(ACCOUNT)["SMTP_URL"],
    }
    return own | more


def test_each_recipient_gets_a_mail_of_their_own(sandbox: Sandbox) -> None:
    with closing(notifier(settings(sandbox), clock=CLOCK)) as out:
        out.notify(ALERT)
    mails = sandbox.mails()
    assert [mail.recipient for mail in mails] == ["anna@example.org", "bela@example.org"]
    letter = message_from_bytes(mails[0].content, policy=default)
    assert letter["subject"] == "publisher: file broken: schedules.yaml"
    assert (letter["from"], letter["to"]) == ("Wydawca <publisher@example.org>", "anna@example.org")
    assert letter["auto-submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == f"{ALERT.text}\n"
    assert b"bela" not in mails[0].content


def test_a_mail_that_is_not_taken_is_logged(sandbox: Sandbox) -> None:
    sandbox.stop()
    values = settings(sandbox, PUBLISHER_ALERT_SMTP_URL=sandbox.smtp_url.replace("//", "//me:s3cr3t@"))
    with capture_logs() as log, closing(notifier(values, clock=CLOCK)) as out:
        out.notify(ALERT)
    (line,) = log
    assert (line["way"], "2 of 2 not handed over" in line["reason"]) == ("mail by 127.0.0.1", True)
    assert "s3cr3t" not in str(log)


# --- settings ---------------------------------------------------------------------------------------------------


def test_without_settings_nobody_is_told() -> None:
    silence = notifier({}, clock=CLOCK)
    assert isinstance(silence, Silence)
    silence.notify(ALERT)
    silence.close()


def test_the_address_may_stand_in_a_file(hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "hook").write_text(f"{hook.url}\n", encoding="utf-8")
    with closing(notifier({"PUBLISHER_ALERT_WEBHOOK_FILE": str(tmp_path / "hook")}, clock=CLOCK)) as out:
        out.notify(ALERT)
    assert len(hook.taken) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PUBLISHER_ALERT_WEBHOOK": f"hooks.example.org/{SECRET}"}, "PUBLISHER_ALERT_WEBHOOK: this is no address"),
        ({"PUBLISHER_ALERT_WEBHOOK": f"http://example.org/{SECRET}"}, "PUBLISHER_ALERT_WEBHOOK: this is no address"),
        ({"PUBLISHER_ALERT_WEBHOOK": f"https://[{SECRET}"}, "PUBLISHER_ALERT_WEBHOOK: this is no address"),
        ({"PUBLISHER_ALERT_FROM": ""}, "PUBLISHER_ALERT_MAIL is set, and PUBLISHER_ALERT_FROM is not"),
        ({"PUBLISHER_ALERT_SMTP_URL": ""}, "PUBLISHER_ALERT_MAIL is set, and PUBLISHER_ALERT_SMTP_URL is not"),
        ({"PUBLISHER_ALERT_SMTP_URL": f"mail://me:{SECRET}@x"}, "PUBLISHER_ALERT_SMTP_URL: "),
        ({"PUBLISHER_ALERT_MAIL": "anna"}, "PUBLISHER_ALERT_MAIL: an address can't be used"),
    ],
)
def test_a_mistake_in_the_settings_is_named_without_the_secret(
    sandbox: Sandbox, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        notifier(settings(sandbox) | changed, clock=CLOCK)
    assert said in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.remedy
