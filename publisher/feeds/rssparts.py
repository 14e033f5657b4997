"""What every RSS feed of ours is built of."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

CONTENT_TYPE = "application/rss+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"

register_namespace("atom", _ATOM)


def add(parent: Element, name: str, text: str) -> None:
    """An element with this text; none when there is nothing to say."""
    if text:
        SubElement(parent, name).text = text


def add_link_to_itself(channel: Element, address: str) -> None:
    """Where the feed is found, as the RSS Advisory Board recommends."""
    link = {"href": address, "rel": "self", "type": CONTENT_TYPE.partition(";")[0]}
    SubElement(channel, f"{{{_ATOM}}}link", link)


def as_date(instant: datetime) -> str:
    """As RFC 822 writes it, with four digits for the year."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def written(root: Element) -> bytes:
    """The feed as a file."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
