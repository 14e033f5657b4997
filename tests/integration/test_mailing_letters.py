"""The letters of a mailing: made once, kept in the ledger, the same bytes as the preview and after every edit."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import dkim_samples
import pytest
import structlog
from running_parts import DUE, START, Scene, post, scene

from publisher.app import App
from publisher.composing import sample_reader
from publisher.delivery.letters import Letters
from publisher.errors import RenderError
from publisher.ledger.records import Recipient
from publisher.model import NO_LIST, DeliveryState, Reader
from publisher.newsletter import returnpath
from publisher.newsletter.keys import Purpose
from publisher.personal import SAMPLE_TOKEN
from publisher.sandbox.faults import Fault
from publisher.settings import FixedSettings

MAIL = """\
{% block subject %}News{% endblock %}
{% block preheader %}x{% endblock %}
{% block body %}<p>Dear {% if reader.name %}GREETED{% endif %} {{ post.text }} {{ unsubscribe_link }}</p>{% endblock %}
{% block text %}Dear {% if reader.name %}GREETED{% else %}all{% endif %} {{ unsubscribe_link }}{% endblock %}
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        write_template(set_up, "{{ reader.name }}")
        set_up.write(post("one", to=["news"]))
        set_up.at(START)
        yield set_up


def write_template(stage: Scene, greeted: str) -> None:
    folder = stage.folder / "templates" / "post"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "email.j2").write_text(MAIL.replace("GREETED", greeted), encoding="utf-8")


def with_pages(stage: Scene) -> App:
    options = replace(stage.options, values={"PUBLISHER_WEB_URL": "https://letters.example.org"})
    return App(options, clock=stage.clock, accounts=stage.accounts)


def letters(stage: Scene, settings: Mapping[str, str] | None = None) -> Letters:
    app = with_pages(stage)
    composer = app.composer(app.schedule()[0])
    return Letters(
        desk=app.desk(stage.ledger, threading.Event()),
        composer=composer,
        delivery=stage.row("one", "news"),
        entry=composer.schedule.entries[0],
        channel=composer.schedule.channels["news"],
        settings=FixedSettings("news", settings or {}),
    )


def recipient(stage: Scene, *, name: str = "Anna", language: str = "en", number: int = 1) -> Recipient:
    reader = Reader(address="anna@example.org", name=name, language=language)
    return Recipient(id=number, key=stage.row("one", "news").key, reader=reader, state=DeliveryState.SENDING)


def test_all_letters_are_made_when_the_mailing_begins(stage: Scene) -> None:
    made = letters(stage)
    made.prepare(["en", "pl"])
    kept = stage.ledger.letters.of(made.delivery.key)
    assert [(one.language, one.variant) for one in kept] == [
        ("en", "+name"),
        ("en", "-name"),
        ("pl", "+name"),
        ("pl", "-name"),
    ]
    made.prepare(["en", "pl"])
    assert stage.ledger.letters.of(made.delivery.key) == kept


def test_a_language_without_words_keeps_no_other_waiting(stage: Scene) -> None:
    made = letters(stage)
    made.prepare(["fi", "en"])
    assert {one.language for one in stage.ledger.letters.of(made.delivery.key)} == {"en"}


def test_a_restart_and_an_edit_change_no_byte(stage: Scene) -> None:
    first = letters(stage)
    first.prepare(["en"])
    mail = first.mail_for(recipient(stage))
    write_template(stage, "{{ reader.name }}, edited")
    assert letters(stage).mail_for(recipient(stage)) == mail
    assert b"edited" in letters(stage).mail_for(recipient(stage, language="pl")).content


def test_a_preview_has_the_bytes_that_are_sent(stage: Scene) -> None:
    made = letters(stage)
    composer, channel = made.composer, made.channel
    for language in channel.languages:
        sample = sample_reader(language)
        seen = composer.compose(made.delivery, made.entry, channel=channel, language=language, reader=sample).payload
        row = Recipient(id=1, key=made.delivery.key, reader=sample, state=DeliveryState.SENDING)
        sent = made.mail_for(row)
        grant = made.writer.imprint.person(1, sample)
        content = sent.content.replace(grant.unsubscribe.encode(), SAMPLE_TOKEN.encode())
        content = content.replace(grant.preferences.encode(), SAMPLE_TOKEN.encode())
        assert content.count(SAMPLE_TOKEN.encode()) > 3  # twice in the head, in HTML and in text
        assert content == seen.body
        assert (sent.sender, sent.recipient) == (seen.sender, seen.recipient)


def test_a_template_that_looks_closely_is_rendered_for_each_reader(stage: Scene) -> None:
    write_template(stage, "{{ reader.name | upper }}")
    made = letters(stage)
    with structlog.testing.capture_logs() as logs:
        made.prepare(["en"])
        anna = made.mail_for(recipient(stage))
        bela = made.mail_for(recipient(stage, name="Bela"))
    assert b"ANNA" in anna.content
    assert b"BELA" in bela.content
    assert [one.variant for one in stage.ledger.letters.of(made.delivery.key)] == []
    assert [one["language"] for one in logs if "rendered for each reader" in one["event"]] == ["en"]


def test_who_differs_in_a_way_nobody_foresaw_gets_a_letter_too(stage: Scene) -> None:
    made = letters(stage)
    mail = made.mail_for(recipient(stage, name=""))
    assert b"Dear all" in mail.content
    assert [one.variant for one in stage.ledger.letters.of(made.delivery.key)] == ["-name"]
    assert made.mail_for(recipient(stage, name="")) == mail


def test_every_reader_of_a_mailing_gets_links_and_a_return_path_of_their_own(stage: Scene) -> None:
    stage.end()
    stage.app = with_pages(stage)
    stage.extra["news"] = {"BOUNCES_TO": "bounces@example.org", **dkim_samples.SETTINGS}
    stage.at(DUE)
    key, readers = stage.app.list_key, stage.readers("one")
    mails = {mail.recipient.partition("@")[0]: mail for mail in stage.sandbox.mails("news")}
    assert set(mails) == set(readers)
    for name, mail in mails.items():
        address = readers[name].reader.address
        token = re.findall(rb"/u/([\w-]{40})>", mail.content)[0].decode()
        grant = key.read(token, purpose=Purpose.UNSUBSCRIBE, lists=["readers"])
        assert grant is not None
        assert grant.person == key.hash_of(address)
        assert returnpath.read(mail.sender.partition("@")[0], key=key) == readers[name].id
        assert SAMPLE_TOKEN.encode() not in mail.content
        assert dkim_samples.verified(mail.content) == [True, True]
        assert readers[name].remote_id.encode() in mail.content


@pytest.mark.parametrize("wrong", [{"BOUNCES_TO": "bounces"}, {"DKIM_SELECTOR": "a", "DKIM_KEY": "rubbish"}])
def test_settings_that_cannot_be_used_hold_the_mailing_and_lose_nobody(stage: Scene, wrong: Mapping[str, str]) -> None:
    stage.extra["news"] = dict(wrong)
    stage.at(DUE)
    assert stage.reached() == []
    assert stage.state("one", "news") == "planned"
    assert list(wrong)[-1] in stage.row("one", "news").reason
    del stage.extra["news"]
    stage.end()
    stage.play(2)
    assert sorted(stage.reached()) == ["anna", "bela", "carl", "dora"]


def test_a_bad_address_of_the_pages_is_a_problem_at_its_mailing_and_holds_it(stage: Scene) -> None:
    stage.end()
    options = replace(stage.options, values={"PUBLISHER_NEWS_WEB_URL": "http://letters.example.org"})
    stage.app = App(options, clock=stage.clock, accounts=stage.accounts)
    composer = stage.app.composer(stage.app.schedule()[0])
    row, entry, channel = stage.row("one", "news"), composer.schedule.entries[0], composer.schedule.channels["news"]
    assert composer.announcement(row, entry, channel=channel, language="en").list == NO_LIST
    with pytest.raises(RenderError, match="WEB_URL of news"):
        composer.compose(row, entry, channel=channel, language="en", reader=sample_reader("en"))
    stage.at(DUE)
    assert stage.reached() == []
    assert "WEB_URL of news" in stage.row("one", "news").reason


def test_a_mailing_under_way_goes_on_with_its_letters_whatever_became_of_the_templates(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST)
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, len(stage.reached())) == (DeliveryState.RETRY_WAIT, len(stage.readers("one")) - 1)
    write_template(stage, "{{ nothing.of.this.name }}")
    stage.restart()
    stage.play(hours=1)
    after = stage.row("one", "news")
    assert (after.state, len(stage.reached())) == (DeliveryState.SENT, len(stage.readers("one")))
    assert after.payload_sha256 == row.payload_sha256
