"""The pages for readers as a person without a mouse goes through them, in every language, with axe at each step."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from chromium import DESKTOP, PHONE, Tab, browsing
from office import SCHEDULE, open_office

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.ledger.archive import ArchivedMail
from publisher.ledger.listrecords import MailList
from publisher.model import Calendar, Channel
from publisher.newsletter.keys import ListKey
from publisher.newsletter.links import Links
from publisher.sandbox import Sandbox
from publisher.web.words import LANGUAGES, PageWords, all_words, shipped_words

NAMES = {language: f"News ({language})" for language in LANGUAGES}
NEWS = MailList(
    name="news", title=NAMES, about=NAMES, list_id="news.example.org", basis="consent", is_public=True,
    created_at=datetime(2027, 5, 3, tzinfo=UTC),
)  # fmt: skip
PRESS = replace(NEWS, name="press", title={"en": "Press"}, about={}, list_id="press.example.org")
MAIL = ArchivedMail(
    key="events/open-day/invitation/news", list="news", language="en", sent_at=datetime(2027, 5, 3, tzinfo=UTC),
    subject="Open day", preheader="Come and see", sha256="0" * 64, text="Hello\n",
    html='<!doctype html><html lang="en"><head><title>Hi</title></head><body><main><h1>Hello</h1></main></body></html>',
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """The program at work."""

    base: str
    key: ListKey
    sandbox: Sandbox
    process: subprocess.Popen[str]
    first: str  #: what it says first

    @property
    def links(self) -> Links:
        return Links(self.base, self.key)

    def mail(self, address: str) -> EmailMessage:
        """The mail that somebody got, once it is there."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for one in self.sandbox.mails():
                if one.recipient == address:
                    return cast("EmailMessage", message_from_bytes(one.content, policy=default))
            time.sleep(0.05)
        raise AssertionError(f"no mail for {address}")


@contextmanager
def started(folder: Path, *, url: str = "") -> Iterator[Running]:
    """``publisher web`` in an office with two public lists."""
    open_office(folder, SCHEDULE)
    database = f"sqlite:///{folder}/publisher.db"
    app = App(Options(schedules=folder / "schedules.yaml", database=database), clock=SystemClock())
    with closing(app.open_ledger()) as ledger:
        for one in (NEWS, PRESS):
            ledger.lists.add(one)
        ledger.archive.keep(MAIL)
    news = Channel(id="news", type="email", languages=("en",), calendar=Calendar(timezone="Europe/Warsaw"))
    with Sandbox(clock=SystemClock()) as sandbox:
        settings = {f"PUBLISHER_NEWS_{name}": value for name, value in sandbox.settings_for(news).items()}
        environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]), "PUBLISHER_WEB_URL": url or "http://localhost", **settings,
        }  # fmt: skip
        command = [sys.executable, "-m", "publisher", "web", "--port", "0", "--database", database]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            found = re.match(r"The pages for readers are at http://127\.0\.0\.1:(\d+), for everybody at ", first)
            assert found, first + (process.stderr.read() if process.stderr else "")
            yield Running(f"http://localhost:{found[1]}", app.list_key, sandbox, process, first.rstrip())
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(tmp_path_factory.mktemp("office")) as one:
        yield one


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("profile")) as one:
        yield one


def is_fine(tab: Tab, language: str, heading: str) -> None:
    """Whether the page is the one that is meant, and as accessible as it has to be."""
    assert tab.ask("document.querySelector('h1').innerText").replace("\u2011", "-") == heading
    assert tab.title.replace("\u2011", "-").partition(" – ")[0].endswith(heading)
    assert tab.ask("document.documentElement.lang") == language
    assert tab.axe() == []
    assert tab.ask("document.querySelectorAll('h1').length") == 1
    assert tab.ask("document.documentElement.scrollWidth <= innerWidth")


@dataclass(frozen=True)
class Reader:
    """Somebody without a mouse, who reads one language."""

    running: Running
    tab: Tab
    language: str
    name: str = "reader"

    @property
    def say(self) -> PageWords:
        return shipped_words(self.language)

    @property
    def address(self) -> str:
        return f"{self.name}-{self.language}@example.org"

    @property
    def person(self) -> str:
        return self.running.key.hash_of(self.address)

    def opens(self, address: str, heading: str) -> None:
        self.tab.open(f"{address}?lang={self.language}")
        self.sees(heading)

    def presses(self, what: str, heading: str) -> None:
        """Tab to it, Enter, and the page that follows."""
        self.tab.tab_to(what)
        assert self.tab.ask("getComputedStyle(document.activeElement).outlineStyle !== 'none'"), "focus can be seen"
        self.tab.submit()
        self.sees(heading)

    def sees(self, heading: str) -> None:
        is_fine(self.tab, self.language, self.say(heading))

    def is_told_of_mistakes(self) -> None:
        self.presses("button", "subscribe.title")
        assert self.tab.title.startswith(f"{self.say('site.error')}: ")
        assert self.tab.ask("document.activeElement.matches('.errors')"), "the summary of mistakes has the focus"
        self.tab.press("Tab")
        self.tab.press("Enter")
        assert self.tab.ask("document.activeElement.id") == "list-1", "the link leads to its field"

    def fills_in_the_form(self) -> None:
        self.tab.press("Space")
        for field, text in (("#address", self.address), ("#name", "Anna")):
            self.tab.tab_to(field)
            self.tab.type(text)
        self.tab.tab_to("#consent")
        self.tab.press("Space")
        time.sleep(2.1)  # people are no quicker
        self.presses("button", "sent.title")
        assert self.address in self.tab.words

    def confirms(self) -> None:
        mail = self.running.mail(self.address)
        assert mail["Subject"] == self.say("mail.confirm_subject")
        part = mail.get_body(("plain",))
        assert part is not None
        [link] = re.findall(r"http://\S+", part.get_content())
        self.tab.open(link.replace("http://localhost/", f"{self.running.base}/"))
        self.sees("confirm.title")
        self.presses("button", "confirm.done_title")

    def changes_settings(self) -> None:
        self.presses("main a", "settings.title")
        self.tab.tab_to("#list-2")
        self.tab.press("Space")
        self.tab.tab_to("#name")
        self.tab.type(" Nowak")
        self.presses("form button", "settings.title")
        assert self.tab.ask("document.activeElement.innerText") == self.say("settings.saved")
        assert self.tab.ask("[...document.querySelectorAll('[name=list]')].every(one => one.checked)")

    def leaves_and_comes_back(self) -> None:
        self.opens(self.running.links.unsubscribe("news", self.person), "leave.title")
        self.presses("button", "leave.done_title")
        self.presses("button", "leave.undone_title")

    def has_it_all_deleted(self) -> None:
        self.opens(self.running.links.preferences(self.person), "settings.title")
        self.presses("a[href*=erase]", "erase.title")
        self.presses("button", "erase.done_title")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_comes_and_goes_by_keyboard_alone(running: Running, tab: Tab, language: str) -> None:
    tab.looks(PHONE if language in ("fi", "de") else DESKTOP, dark=language in ("pl", "fi"))
    reader = Reader(running, tab, language)
    reader.opens(f"{running.base}/subscribe", "subscribe.title")
    reader.is_told_of_mistakes()
    reader.fills_in_the_form()
    reader.confirms()
    reader.changes_settings()
    reader.leaves_and_comes_back()
    reader.has_it_all_deleted()


@pytest.mark.slow
def test_a_pause_is_set_by_keyboard(running: Running, tab: Tab) -> None:
    reader = Reader(running, tab, "ca", name="tired")
    tab.looks(DESKTOP)
    reader.opens(f"{running.base}/subscribe", "subscribe.title")
    tab.tab_to("#list-1")
    reader.fills_in_the_form()
    reader.confirms()
    reader.presses("main a", "settings.title")
    tab.tab_to("#pause")
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    for digit in f"{tomorrow:%m%d%Y}":  # as a browser that speaks English asks for it
        tab.press(digit)
    reader.presses("form button", "settings.title")
    assert tab.ask("document.querySelector('#pause').value") == f"{tomorrow:%Y-%m-%d}"


@pytest.mark.slow
def test_axe_would_tell_of_a_field_without_a_name(running: Running, tab: Tab) -> None:
    tab.open(f"{running.base}/subscribe?lang=en")
    tab.ask("document.querySelector('label[for=address]').remove(); 0")
    assert "label" in [one[0] for one in tab.axe()]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_page_is_accessible_too(running: Running, tab: Tab, language: str) -> None:
    say, nobody = shipped_words(language), running.key.hash_of("nobody@example.org")
    tab.looks(DESKTOP, dark=language in ("es", "fr"))
    for path, heading in (
        ("/archive/news/en", say("archive.title", list=NAMES[language])),
        (f"/archive/news/en/{MAIL.key}", "Open day"),
        (f"/p/{running.links.preferences(nobody).rpartition('/')[2]}", say("settings.unknown_title")),
        ("/nothing", say("problem.lost_title")),
        ("/u/wrong", say("problem.link_title")),
        (f"/confirm/{'A' * 40}", say("problem.link_title")),
    ):
        tab.open(f"{running.base}{path}?lang={language}")
        is_fine(tab, language, heading)


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen_and_words_may_be_twice_as_large(
    running: Running, tab: Tab, tmp_path: Path, width: int
) -> None:
    tab.looks((width, 800))
    for language in LANGUAGES:
        for path in ("/subscribe", "/archive/news/en", f"/archive/news/en/{MAIL.key}"):
            tab.open(f"{running.base}{path}?lang={language}")
            tab.ask("document.documentElement.style.fontSize = '200%'; 0" if width > 320 else "0")
            assert tab.ask("document.documentElement.scrollWidth") <= width, (language, path)
    tab.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_mail_in_the_archive_runs_no_script_in_a_browser(running: Running, tab: Tab) -> None:
    tab.open(f"{running.base}/archive/news/en/{MAIL.key}?lang=en")
    assert tab.ask("document.querySelector('iframe').contentDocument") is None, "the frame is of another origin"
    tab.tab_to("iframe, a[href*='/-/']")


@pytest.mark.slow
def test_the_program_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    with started(tmp_path, url="https://letters.example.org") as one:
        one.process.send_signal(signal.SIGTERM)
        out, err = one.process.communicate(timeout=60)
        assert (out, err, one.process.returncode) == ("The pages for readers have stopped.\n", "", 0)


def test_the_documentation_shows_what_it_prints_and_words_that_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "subscriber-pages.md").read_text(encoding="utf-8")
    [url] = re.findall(r"^export PUBLISHER_WEB_URL=(\S+)$", page, re.MULTILINE)
    [shown] = re.findall(r"^\$ publisher web\n(.*)$", page, re.MULTILINE)
    with started(tmp_path, url=url) as one:
        assert one.first == shown.replace(":8025", one.base.removeprefix("http://localhost"))
    [own] = re.findall(r"```text\n(consent:.*?)```", page, re.DOTALL)
    (tmp_path / "en.yaml").write_text(own, encoding="utf-8")
    assert all_words(tmp_path)["en"]("consent.text", organisation="Library") != shipped_words("en")(
        "consent.text", organisation="Library"
    )
