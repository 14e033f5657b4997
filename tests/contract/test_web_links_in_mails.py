"""The links in mails that the daemon sent lead to pages that do what the mail says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from web_parts import ANNA, Library, library, send_what_is_due

from publisher.ledger.listrecords import Why

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BEN = "ben@example.org"
BASE = "https://letters.example.org"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Library]:
    with library(tmp_path, base=BASE) as one:
        lists = tmp_path / "lists"
        lists.mkdir()
        (lists / "readers.csv").write_text(f"email,name,language\n{BEN},Ben,en\n", encoding="utf-8")
        yield one


def sent(here: Library, address: str, channel: str) -> EmailMessage:
    send_what_is_due(here)
    [found] = [mail for mail in here.sandbox.mails(channel) if mail.recipient == address]
    return here.read(found)


def one_click_of(mail: EmailMessage) -> str:
    """The path of the one https address for mail programs, and the words of their POST. RFC 8058 section 2."""
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [found] = re.findall(rf"<{BASE}([^>]+)>", mail["List-Unsubscribe"])
    return str(found)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_one_click_in_a_mail_to_a_list_ends_the_subscription(here: Library) -> None:
    here.put_on("news")
    link = one_click_of(sent(here, ANNA, "one"))
    assert here.http.get(link).status_code == 200
    assert here.on() == ["news"]
    assert here.http.post(link, data=ONE_CLICK).status_code == 200
    assert here.on() == []


def test_one_click_in_a_mail_to_several_lists_ends_both(here: Library) -> None:
    here.put_on("news", "press")
    assert here.http.post(one_click_of(sent(here, ANNA, "several")), data=ONE_CLICK).status_code == 200
    assert here.on() == []


def test_one_click_in_a_mail_to_a_file_keeps_its_reader_from_further_mails(here: Library) -> None:
    here.put_on("news", "press")
    assert here.http.post(one_click_of(sent(here, BEN, "news")), data=ONE_CLICK).status_code == 200
    found = here.ledger.suppressions.holding(here.person(BEN), list_name="readers")
    assert found is not None
    assert found.reason is Why.UNSUBSCRIBED


def test_the_mail_shows_its_reader_the_settings_and_the_archive(here: Library) -> None:
    here.put_on("news", "press")
    mail = sent(here, ANNA, "one")
    links = re.findall(rf"{BASE}(\S+)", text_of(mail))
    pages = {
        kind: here.http.get(link, follow_redirects=True)
        for link in links
        for kind in ("u", "p", "archive")
        if f"/{kind}/" in link
    }
    assert {kind: page.status_code for kind, page in pages.items()} == {"u": 200, "p": 200, "archive": 200}
    assert "a…@example.org" in pages["p"].text
    [archive] = re.findall(rf"<{BASE}([^>]+)>", mail["List-Archive"])
    assert mail["Subject"] in here.http.get(f"{archive}?lang=pl", follow_redirects=True).text


def test_what_is_in_the_archive_acts_for_nobody(here: Library) -> None:
    here.put_on("news", "press")
    mail = sent(here, ANNA, "one")
    [key] = [row.key for row in here.ledger.deliveries.all() if row.channel == "one"]
    for language in ("en", "pl"):
        page = here.http.get(f"/archive/news/{language}/-/{key}").text
        assert "/subscribe?list=news" in page
        assert not re.search(r"/[up]/", page)
        assert not re.search(r"Anna|anna@", page)
    assert one_click_of(mail) not in here.http.get(here.links.archive("news", "pl", key).removeprefix(BASE)).text
