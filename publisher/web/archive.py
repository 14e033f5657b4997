"""What a list has sent, for everybody to read: by language, each mail as it went out, and as a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from publisher.feeds.letters_rss import LetterFeed, SentLetter, letters_rss
from publisher.feeds.rssparts import CONTENT_TYPE
from publisher.ledger.archive import ArchivedMail, ArchiveEntry
from publisher.ledger.listrecords import MailList
from publisher.web.guard import POLICY
from publisher.web.languages import chosen
from publisher.web.reception import Reception
from publisher.web.visit import Elsewhere, Raw, Visit, VisitReply, WebPage, lost

PAGE_SIZE = 30
_FEED_SIZE = 30
_CACHED = "public, max-age=300"
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail may look as it looks, and show its own pictures; it runs nothing and fetches nothing."""

_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_OUT = '<base target="_blank"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'


def of_list(reception: Reception, visit: Visit) -> VisitReply:
    """The archive in the language of the visit, where there is one; else in one that there is."""
    one = _public(reception, visit)
    if one is None:
        return lost()
    there = reception.ledger.archive.languages(one.name)
    language = chosen({code: code for code in there}, visit.words.language, otherwise=visit.words.language)
    return Elsewhere(f"/archive/{quote(one.name, safe='')}/{quote(language, safe='')}?lang={visit.words.language}")


def entries(reception: Reception, visit: Visit) -> VisitReply:
    """The mails in one language, the newest first."""
    one, language = _public(reception, visit), visit.path["language"]
    there = reception.ledger.archive.languages(one.name) if one else {}
    if one is None or (language not in there and language not in reception.words):
        return lost()
    number = _number(visit.query.one("page"))
    found = reception.ledger.archive.entries(one.name, language, limit=PAGE_SIZE + 1, offset=PAGE_SIZE * (number - 1))
    return WebPage(
        template="archive",
        values={
            "list": one,
            "entries": found[:PAGE_SIZE],
            "spoken": language,
            "others": [code for code in there if code != language],
            "newer": number - 1,
            "older": number + 1 if len(found) > PAGE_SIZE else 0,
        },
        headers={"Cache-Control": _CACHED},
        is_public=True,
    )


def mail(reception: Reception, visit: Visit) -> VisitReply:
    """The page around one mail."""
    found = _mail(reception, visit)
    if found is None:
        return lost()
    others = reception.ledger.archive.translations(found.key, list_name=found.list)
    return WebPage(
        template="archived",
        values={
            "mail": found,
            "list": reception.ledger.lists.get(found.list),
            "others": [code for code in others if code != found.language],
        },
        headers={"Cache-Control": _CACHED, "Content-Security-Policy": f"{POLICY}; frame-src 'self'"},
        is_public=True,
    )


def mail_alone(reception: Reception, visit: Visit) -> VisitReply:
    """One mail as it was sent, for the frame in its page."""
    found = _mail(reception, visit)
    if found is None or not found.html:
        return lost()
    headers = {
        "Content-Security-Policy": _MAIL_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": _CACHED,
        "X-Robots-Tag": "noindex",
    }
    return Raw(content=_leading_out(found.html).encode(), content_type="text/html; charset=utf-8", headers=headers)


def feed(reception: Reception, visit: Visit) -> VisitReply:
    """The newest mails as RSS."""
    one, language = _public(reception, visit), visit.path["language"]
    if one is None:
        return lost()
    found = reception.ledger.archive.entries(one.name, language, limit=_FEED_SIZE)
    if not found and language not in reception.words:
        return lost()
    links = reception.links
    about = LetterFeed(
        title=chosen(one.title, language, otherwise=one.name),
        about=chosen(one.about, language),
        language=language,
        page=links.archive(one.name, language),
        url=links.feed(one.name, language),
    )
    content = letters_rss([_letter(reception, entry) for entry in found], feed=about)
    return Raw(content=content, content_type=CONTENT_TYPE, headers={"Cache-Control": _CACHED})


def _letter(reception: Reception, entry: ArchiveEntry) -> SentLetter:
    link = reception.links.archive(entry.list, entry.language, entry.key)
    return SentLetter(title=entry.subject, about=entry.preheader, link=link, sent_at=entry.sent_at)


def _public(reception: Reception, visit: Visit) -> MailList | None:
    one = reception.ledger.lists.get(visit.path["list"])
    return one if one is not None and one.is_public else None


def _mail(reception: Reception, visit: Visit) -> ArchivedMail | None:
    if _public(reception, visit) is None:
        return None
    where: Mapping[str, str] = visit.path
    return reception.ledger.archive.mail(where["key"], list_name=where["list"], language=where["language"])


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) else 1  # noqa: PLR2004  digits of a page


def _leading_out(html: str) -> str:
    """Links open a window of their own: the frame belongs to the mail."""
    return (
        _HEAD.sub(lambda match: match[0] + _OUT, html, count=1) if _HEAD.search(html) else f"<head>{_OUT}</head>{html}"
    )
