"""What a mailing to a public list leaves in the archive: its words in each language, and nothing of one reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.delivery.archiving import without_reader
from publisher.ledger.archive import ArchivedMail
from publisher.ledger.listrecords import Agreement, How, MailList, Newcomer
from publisher.newsletter.keys import ListKey

CHANNELS = """\
channels:
  news: { type: email, audience: readers, languages: [en, pl] }
audiences:
  readers: { list: [open, closed] }
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        for name in ("open", "closed"):
            set_up.ledger.lists.add(
                MailList(
                    name=name,
                    title={"en": name},
                    list_id=f"{name}.example.org",
                    basis="consent",
                    created_at=START,
                    is_public=name == "open",
                )
            )
            join(set_up, f"anna-of-{name}", name)
        set_up.write(post("one", to=["news"]), channels=CHANNELS)
        set_up.at(START)
        yield set_up


def join(stage: Scene, name: str, list_name: str) -> None:
    address = f"{name}@example.org"
    newcomer = Newcomer(hash=stage.app.list_key.hash_of(address), address=address, name=f"Name {name}", language="en")
    stage.ledger.memberships.join(newcomer, [list_name], agreement=Agreement(how=How.STAFF, at=START), now=START)


def mail(stage: Scene, name: str, language: str) -> ArchivedMail | None:
    return stage.ledger.archive.mail(stage.row("one", "news").key, list_name=name, language=language)


def test_the_words_of_each_language_are_kept_for_a_public_list_when_the_mailing_begins(stage: Scene) -> None:
    assert mail(stage, "open", "en") is None
    stage.at(DUE)
    english, polish = mail(stage, "open", "en"), mail(stage, "open", "pl")
    assert english is not None
    assert polish is not None
    assert (english.subject, polish.subject) == ("News about one", "Wieści o one")
    assert english.sent_at == DUE
    assert "News about one" in english.text
    assert "News about one" in english.html


def test_a_list_that_is_not_public_has_no_archive(stage: Scene) -> None:
    stage.at(DUE)
    assert mail(stage, "closed", "en") is None


def test_what_goes_to_a_part_of_a_list_alone_is_not_for_everybody_to_read(stage: Scene) -> None:
    part = CHANNELS.replace("list: [open, closed]", 'list: [open, closed], where: "name is set"')
    stage.write(post("one", to=["news"]), channels=part)
    stage.at(DUE)
    assert sorted(stage.reached()) == ["anna-of-closed", "anna-of-open"]
    assert mail(stage, "open", "en") is None


def test_nobodys_name_or_address_is_in_it(stage: Scene) -> None:
    stage.at(DUE)
    assert sorted(stage.reached()) == ["anna-of-closed", "anna-of-open"]
    for language in ("en", "pl"):
        kept = mail(stage, "open", language)
        assert kept is not None
        assert not [word for word in ("anna", "Name", "reader@") if word in f"{kept.text}{kept.html}"]


def test_what_is_there_stays_as_it_went_out_first(stage: Scene) -> None:
    stage.at(DUE)
    before = mail(stage, "open", "en")
    stage.at(DUE + timedelta(minutes=10))
    assert mail(stage, "open", "en") == before


def test_with_pages_for_readers_the_archive_leads_to_them_and_acts_for_nobody(stage: Scene) -> None:
    base = "https://mail.example.org/post"
    stage.options = replace(stage.options, values={"PUBLISHER_WEB_URL": base})
    stage.restart()
    stage.at(DUE)
    (sent, *_) = [mail.content for mail in stage.sandbox.mails("news")]
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in sent
    kept = mail(stage, "open", "en")
    assert kept is not None
    assert f"{base}/subscribe?list=open" in kept.html
    assert not [path for path in ("/u/", "/p/") if f"{base}{path}" in f"{kept.text}{kept.html}"]


def test_links_that_would_act_for_a_reader_lead_to_the_form_for_everybody() -> None:
    link = "https://example.org/mail/u/this-is-a-sample-and-unsubscribes-nobody"
    made = ArchivedMail(
        key="k",
        list="open",
        language="en",
        sent_at=START,
        subject="s",
        sha256="",
        text=f"Leave: {link}",
        html=f'<a href="{link}">Leave</a> <a href="{link.replace("/u/", "/p/")}">Change</a>',
    )
    found = without_reader(made, key=ListKey(bytes(32)))
    everybody = "https://example.org/mail/subscribe?list=open"
    assert found.text == f"Leave: {everybody}"
    assert found.html == f'<a href="{everybody}">Leave</a> <a href="{everybody}">Change</a>'
