"""A mail to look at: by the real server, to one address, with a marked subject, and counted nowhere."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.cli.main import run
from publisher.composing import sample_reader
from publisher.ledger.listrecords import EVERY_LIST, Suppression, Why
from publisher.ledger.tables import attempts, deliveries, recipients
from publisher.testsend import Sampler, Wish


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        weekly = post("one").replace(f"{DUE:%Y-%m-%d %H:%M}", "every Monday at 09:00")  # whatever day it is today
        approved = CHANNELS.replace("[en, pl] }", "[en, pl], approval: two }")
        set_up.write(weekly, channels=approved)
        set_up.at(START)
        for name, value in set_up.sandbox.settings_for(set_up.app.schedule()[0].channels["news"]).items():
            monkeypatch.setenv(f"PUBLISHER_NEWS_{name}", value)
        yield set_up


def sample(stage: Scene, *words: str) -> int:
    return run(["--database", stage.options.database, "--schedules", str(stage.file), "test-send", *words])


def mails(stage: Scene) -> list[EmailMessage]:
    return [email.message_from_bytes(one.content, policy=email.policy.default) for one in stage.sandbox.mails("news")]


def test_one_address_gets_the_mail_in_each_language_with_a_marked_subject(
    stage: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sample(stage, "one", "--to", "boss@example.org") == 0
    assert [one.recipient for one in stage.sandbox.mails("news")] == ["boss@example.org"] * 2
    assert [str(one["Subject"]) for one in mails(stage)] == ["[TEST] News about one", "[TEST] Wieści o one"]
    said = capsys.readouterr().out
    assert "sent to b…@example.org: one/post/" in said
    assert "boss@example.org" not in said


def test_one_language_is_enough(stage: Scene) -> None:
    assert sample(stage, "one", "--to", "boss@example.org", "--lang", "pl") == 0
    assert [one["Content-Language"] for one in mails(stage)] == ["pl"]


def test_it_needs_no_approval_and_is_nowhere_in_the_ledger(stage: Scene) -> None:
    def rows() -> list[object]:
        with stage.ledger.engine.connect() as connection:
            return [connection.execute(table.select()).all() for table in (deliveries, attempts, recipients)]

    before = rows()
    assert sample(stage, "one", "--to", "anna@example.org") == 0
    assert rows() == before


def test_but_for_subject_and_message_id_it_is_the_mail_to_come(stage: Scene) -> None:
    schedule = stage.app.schedule()[0]
    sampler = Sampler(stage.app, schedule)
    (planned,) = sampler.planned(Wish(name="one", channel="news"))
    (one,) = sampler.samples(planned, to="anna@example.org", languages=["en"])
    sampler.send([one], connect=stage.app.connect)
    (sent,) = mails(stage)
    composer, entry = stage.app.composer(schedule), schedule.entry("posts/one")
    assert entry is not None
    channel = schedule.channels["news"]
    real = composer.compose(planned, entry, channel=channel, language="en", reader=sample_reader("en"))
    wanted = email.message_from_bytes(real.payload.body, policy=email.policy.default)
    assert sent["Message-ID"] != wanted["Message-ID"]
    for header in ("From", "Date", "List-Id", "List-Unsubscribe", "Content-Language"):
        assert sent[header] == wanted[header]
    for kind in ("plain", "html"):
        parts = [one.get_body((kind,)) for one in (sent, wanted)]
        assert [part.get_content() for part in parts if part] == [wanted.get_body((kind,)).get_content()] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words",
    [
        ("nothing", "--to", "boss@example.org"),
        ("one", "--to", "boss"),
        ("one", "--to", "boss@example.org,other@example.org"),
        ("one", "--to", "boss@example.org", "--lang", "fi"),
        ("one", "--to", "boss@example.org", "--channel", "twitter"),
        ("one",),
    ],
)
def test_what_cant_be_meant_sends_nothing(stage: Scene, words: tuple[str, ...]) -> None:
    assert sample(stage, *words) == 2
    assert mails(stage) == []


def test_who_wants_no_mail_at_all_gets_none_to_look_at_either(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    person = stage.app.list_key.hash_of("boss@example.org")
    stage.ledger.suppressions.add(Suppression(hash=person, list=EVERY_LIST, reason=Why.ERASED, since=START))
    assert sample(stage, "one", "--to", "boss@example.org") == 2
    assert "nothing may be sent there since 2027-05-03: erased" in capsys.readouterr().err
