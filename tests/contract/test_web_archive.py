"""The archive of what was sent, for people and as a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

from web_parts import ENGLISH, Library

from publisher.ledger.archive import ArchivedMail

HOUR = timedelta(hours=1)


MAIL = ArchivedMail(
    key="mail/event/invitation/2027-05-06T09:00/news",
    list="news",
    language="en",
    sent_at=datetime(2027, 5, 2, 7, tzinfo=UTC),
    subject="Open day <b>",
    preheader="Come & see",
    sha256="0" * 64,
    text="Hello\n",
    html='<html lang="en"><head><style>p{color:red}</style></head><body><script>alert(1)</script>Hello</body></html>',
)


def test_the_archive_shows_the_mails_of_public_lists_in_the_language_of_the_visit(here: Library) -> None:
    here.ledger.archive.keep(MAIL)
    page = here.http.get("/archive/news?lang=en", follow_redirects=True)
    assert (page.url.path, page.status_code) == ("/archive/news/en", 200)
    assert "Open day &lt;b&gt;" in page.text
    assert here.http.get("/archive/news/?lang=en", follow_redirects=True).text == page.text
    mail = here.http.get(here.links.archive("news", "en", MAIL.key))
    assert "Open day &lt;b&gt;" in mail.text
    assert 'sandbox="allow-popups' in mail.text
    for path in (
        "/archive/staff",
        "/archive/nothing",
        "/archive/news/xx",
        "/archive/news/en/posts/x",
        "/archive/press/en/x",
    ):
        assert here.http.get(path).status_code == 404, path


def test_around_the_mails_in_a_language_the_archive_speaks_the_same_one(here: Library) -> None:
    here.ledger.archive.keep(replace(MAIL, language="fi"))
    for link in (here.links.archive("news", "fi"), here.links.archive("news", "fi", MAIL.key)):
        assert here.http.get(link, headers=ENGLISH).headers["content-language"] == "fi"
        assert here.http.get(f"{link}?lang=pl", headers=ENGLISH).headers["content-language"] == "pl"


def test_a_mail_in_the_archive_runs_nothing_and_fetches_nothing(here: Library) -> None:
    here.ledger.archive.keep(MAIL)
    answer = here.http.get(f"/archive/news/en/-/{MAIL.key}")
    policy = answer.headers["content-security-policy"]
    assert "script" not in policy
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox allow-popups" in policy
    assert '<head><base target="_blank">' in answer.text


def test_the_feed_of_an_archive_has_what_rss_asks_for(here: Library) -> None:
    for number in range(3):
        mail = ArchivedMail(
            key=f"posts/{number}", list="news", language="en", sent_at=MAIL.sent_at + number * HOUR,
            subject=f"Mail {number} & more", sha256="0" * 64, text="x", preheader="",
        )  # fmt: skip
        here.ledger.archive.keep(mail)
    answer = here.http.get("/archive/news/en/rss.xml")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314  ours
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    assert [channel.findtext(name) for name in ("title", "description", "language")] == ["News", "Once a month.", "en"]
    assert channel.findtext("link") == here.links.archive("news", "en")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [f"Mail {number} & more" for number in (2, 1, 0)]
    for item in items:
        assert item.findtext("guid") == item.findtext("link")
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert here.http.get(item.findtext("link") or "").status_code == 200
    empty = here.http.get("/archive/press/fi/rss.xml")
    assert (empty.status_code, ET.fromstring(empty.content).find("channel/item")) == (200, None)  # noqa: S314  ours


def test_a_long_archive_comes_in_pages(here: Library) -> None:
    for number in range(35):
        mail = ArchivedMail(
            key=f"posts/{number}", list="news", language="en", sent_at=MAIL.sent_at + number * HOUR,
            subject=f"Mail-{number}-", sha256="0" * 64, text="x", preheader="",
        )  # fmt: skip
        here.ledger.archive.keep(mail)
    first, second = (here.http.get(f"/archive/news/en?page={page}&lang=en").text for page in (1, 2))
    assert ("Mail-34-" in first, "Mail-4-" in first, "Older e\u2011mails" in first) == (True, False, True)
    assert ("Mail-4-" in second, "Newer e\u2011mails" in second, "Older e\u2011mails" in second) == (True, True, False)
    assert here.http.get("/archive/news/en?page=99999999999").status_code == 200
