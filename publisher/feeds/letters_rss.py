"""The archive of a mailing list as an RSS 2.0 feed, one for each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from publisher.feeds.rssparts import add, add_link_to_itself, as_date, written
from publisher.feeds.words import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """A mail of the archive. ``link`` is its page, and never changes; ``sent_at`` is aware UTC."""

    title: str
    about: str
    link: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFeed:
    """What the feed says of itself. ``page`` is the archive for people, ``url`` the feed."""

    title: str
    about: str
    language: str
    page: str
    url: str


def letters_rss(letters: Sequence[SentLetter], *, feed: LetterFeed) -> bytes:
    """The feed, with the letters in the order in which they are given."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    add(channel, "title", printable(feed.title))
    add(channel, "link", feed.page)
    add(channel, "description", printable(feed.about) or printable(feed.title))
    add(channel, "language", feed.language)
    if letters:
        add(channel, "lastBuildDate", as_date(max(letter.sent_at for letter in letters)))
    add(channel, "generator", "publisher")
    add_link_to_itself(channel, feed.url)
    for letter in letters:
        _add_letter(channel, letter)
    return written(root)


def _add_letter(channel: Element, letter: SentLetter) -> None:
    item = SubElement(channel, "item")
    add(item, "title", printable(letter.title))
    add(item, "link", letter.link)
    add(item, "description", printable(letter.about))
    SubElement(item, "guid", isPermaLink="true").text = letter.link
    add(item, "pubDate", as_date(letter.sent_at))
