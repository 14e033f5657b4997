"""What the archive keeps of a mail: the words and the pictures, and the links that are for everybody."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher.ledger.archive import ArchivedMail
from publisher.newsletter.archiving import archived
from publisher.newsletter.keys import EVERYTHING, ListKey, Purpose
from publisher.newsletter.links import Links

SENT = datetime(2027, 5, 6, 8, tzinfo=UTC)
MAIL = (
    b"From: office@example.org\r\nSubject: =?utf-8?q?Za=C5=BC=C3=B3=C5=82=C4=87?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="=_a"\r\n\r\n'
    b'--=_a\r\nContent-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nCze=C5=9B=C4=87!\r\n"
    b'--=_a\r\nContent-Type: multipart/related; boundary="=_r"\r\n\r\n'
    b'--=_r\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n'
    b'<html lang="pl"><body><div class="h" style="display: none">It&#39;s&nbsp;soon &#8199;&#847;&#8199;</div>'
    b'<img src="cid:picture-1.ab@example.org" alt="x"><img src="cid:unknown" alt=""></body></html>\r\n'
    b"--=_r\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-ID: <picture-1.ab@example.org>\r\n\r\niVBORw0KGgo=\r\n--=_r--\r\n--=_a--\r\n"
)
KEY = ListKey(bytes(range(32)))


def entry() -> ArchivedMail:
    return archived(MAIL, key="posts/hello/2027-05-06/news", list_name="news", language="pl", sent_at=SENT)


def test_a_mail_is_kept_with_its_words_and_its_pictures_in_it() -> None:
    mail = entry()
    assert (mail.subject, mail.text, mail.preheader) == ("Zażółć", "Cześć!", "It's soon")
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in mail.html
    assert 'src="cid:unknown"' in mail.html
    assert len(mail.sha256) == 64


def test_a_mail_of_text_alone_is_kept_too() -> None:
    mail = archived(b"Subject: Hi\r\n\r\nHello\r\n", key="k", list_name="news", language="en", sent_at=SENT)
    assert (mail.subject, mail.text, mail.html, mail.preheader) == ("Hi", "Hello\n", "", "")


def test_links_stand_below_the_public_address() -> None:
    links = Links("https://example.org/letters/", KEY)
    anna = KEY.hash_of("anna@example.org")
    start, _, token = links.unsubscribe("news", anna).rpartition("/")
    assert start == "https://example.org/letters/u"
    assert KEY.read(token, purpose=Purpose.UNSUBSCRIBE, lists=["news"])
    assert KEY.read(links.preferences(anna).rpartition("/")[2], purpose=Purpose.PREFERENCES, lists=[EVERYTHING])
    assert links.archive("news") == "https://example.org/letters/archive/news"
    assert links.archive("news", "pl", "posts/a b") == "https://example.org/letters/archive/news/pl/posts/a%20b"
    assert links.feed("news", "pl") == "https://example.org/letters/archive/news/pl/rss.xml"
    assert links.subscribe("news") == "https://example.org/letters/subscribe?list=news"
