"""What a mail says of the list to which it goes, and where its readers find the pages for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from publisher.errors import RenderError
from publisher.ledger.listrecords import MailList
from publisher.model import Audience, Channel, ListFacts
from publisher.segments.grammar import LANGUAGE, parse_condition
from publisher.sentences import sentence

ListNamed: TypeAlias = Callable[[str], MailList | None]
"""The list of a name in the ledger, if there is one."""

_BASE = re.compile(r"https?://[!$%-;=@-Z_a-z~\[\]]+")


def list_facts(audience: Audience | None, channel: Channel, *, key: str, web_url: str, named: ListNamed) -> ListFacts:
    """For the mails of one delivery. Readers of several lists, or of a file, know the audience by no name of its own.

    Raises `RenderError` when the address of the pages can't be used.
    """
    if audience is None:
        return ListFacts(key=key)
    base = web_base(web_url, channel) if web_url else ""
    unsubscribe, preferences = (f"{base}/u/", f"{base}/p/") if base else ("", "")
    found = named(audience.lists[0]) if len(audience.lists) == 1 else None
    if found is None:
        return ListFacts(name=audience.id, key=key, unsubscribe=unsubscribe, preferences=preferences)
    is_archived = found.is_public and archived_lists(audience)
    archive = f"{base}/archive/{quote(found.name, safe='')}/" if base and is_archived else ""
    return ListFacts(
        name=found.name,
        title=found.title,
        footer=found.footer,
        list_id=found.list_id,
        sender=found.sender,
        reply_to=found.reply_to,
        unsubscribe=unsubscribe,
        preferences=preferences,
        archive=archive,
        key=key,
    )


def archived_lists(audience: Audience) -> tuple[str, ...]:
    """The lists whose archives, which everybody may read, show what goes to this audience.

    None when it is a part of their readers, picked by anything but the language.
    """
    if audience.where and set(parse_condition(audience.where).fields()) != {LANGUAGE}:
        return ()
    return audience.lists


def web_base(text: str, channel: Channel) -> str:
    """The address without a slash at its end. Raises `RenderError`: a link that nobody can follow must not go out."""
    from publisher.channels.wire import is_loopback

    base = text.strip().rstrip("/")
    try:
        parts = urlsplit(base)
        is_good = _BASE.fullmatch(base) is not None and bool(parts.hostname) and "@" not in parts.netloc
        is_safe = parts.scheme == "https" or is_loopback(parts.hostname or "")
    except ValueError:
        is_good = is_safe = False
    if is_good and is_safe:
        return base
    raise RenderError(
        sentence("WEB_URL of {channel} is no address that readers could open safely.", channel=channel.id),
        subject=channel.id,
        remedy=sentence("Write it as readers reach the pages, like https://letters.example.org"),
    )
