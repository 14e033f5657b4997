"""Posts and mails as people would see them: what the pages show."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import groupby

from publisher.sandbox.mail_rules import parsed_mail
from publisher.sandbox.world import Mail, Posted, PostedMedia
from publisher.twittertext import library

_CID = re.compile(r"cid:([^\s\"'<>)]+)")
_SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and where they lead, if anywhere."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One post or mail. ``look`` names its template: ``x``, ``facebook`` or ``mail``."""

    look: str
    channel_id: str
    at: datetime
    title: str
    page: str  #: its own page, below the sandbox's address
    remote_id: str = ""
    author: str = ""
    handle: str = ""
    words: tuple[Piece, ...] = ()
    media: tuple[PostedMedia, ...] = ()
    link: str = ""
    link_host: str = ""
    answers: str = ""  #: the id of the post that it replies to
    mail: MailView | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A mail, opened."""

    number: int
    sender: str
    recipient: str
    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool
    attachments: tuple[Attachment, ...]


def tile_of_post(post: Posted) -> Tile:
    """A post as a tile."""
    return Tile(
        look=post.platform,
        channel_id=post.channel_id,
        at=post.at,
        title=_first_words(post.text) or "Picture",
        page=f"/posts/{post.remote_id}",
        remote_id=post.remote_id,
        author=post.author,
        handle=post.handle,
        words=tuple(_pieces(post.text)),
        media=post.media,
        link=post.link if post.link.startswith(("https://", "http://")) else "",
        answers=post.answers,
        link_host=post.link.partition("://")[2].partition("/")[0],
    )


def thread_of(post: Posted, posts: Iterable[Posted]) -> list[Posted]:
    """The thread that a post belongs to, as far as it is among these posts, oldest first; alone when it has none."""
    roots: dict[str, str] = {}
    in_order = sorted(posts, key=lambda one: int(one.remote_id) if one.remote_id.isdecimal() else 0)
    for one in in_order:
        roots[one.remote_id] = roots.get(one.answers, one.remote_id)
    root = roots.get(post.remote_id, post.remote_id)
    return [one for one in in_order if roots[one.remote_id] == root] or [post]


def tile_of_mail(mail: Mail) -> Tile:
    """A mail as a tile."""
    opened = parsed_mail(mail.content)
    headers = tuple((name, str(opened[name])) for name in _SHOWN_HEADERS if opened[name] is not None)
    attachments = tuple(
        Attachment(
            part.get_filename() or "without a name", part.get_content_type(), len(part.get_payload(decode=True) or b"")
        )
        for part in opened.iter_attachments()
        if "content-id" not in part
    )
    view = MailView(
        number=mail.number,
        sender=mail.sender,
        recipient=mail.recipient,
        headers=headers,
        text=_body(opened, "plain"),
        has_html=opened.get_body(("html",)) is not None,
        attachments=attachments,
    )
    return Tile(
        look="mail",
        channel_id=mail.channel_id,
        at=mail.at,
        title=mail.subject or "(no subject)",
        page=f"/mails/{mail.number}",
        remote_id=str(opened["Message-ID"] or ""),
        author=str(opened["From"] or mail.sender),
        mail=view,
    )


def html_of(mail: Mail) -> str:
    """The HTML part, with the pictures that the mail carries put in place. Empty when there is none."""
    opened = parsed_mail(mail.content)
    pictures = {
        str(part["content-id"]).strip("<> "): _data_url(part)
        for part in opened.walk()
        if part["content-id"] and part.get_content_maintype() == "image"
    }
    return _CID.sub(lambda found: pictures.get(found[1], found[0]), _body(opened, "html"))


def by_day(tiles: Iterable[Tile]) -> list[tuple[date, list[Tile]]]:
    """Cards under their day (UTC), in the order given."""
    return [(day, list(group)) for day, group in groupby(tiles, lambda tile: tile.at.astimezone(UTC).date())]


def _data_url(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    encoded = base64.b64encode(content if isinstance(content, bytes) else b"").decode()
    return f"data:{part.get_content_type()};base64,{encoded}"


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set that Python does not know
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _first_words(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= 80 else f"{first[:79].rstrip()}…"  # noqa: PLR2004  a line of a list


def _pieces(text: str) -> Iterable[Piece]:
    position = 0
    for found in library().extract_urls_with_indices(text):
        begin, end = found["indices"]
        if begin > position:
            yield Piece(text[position:begin])
        url = found["url"]
        yield Piece(url, url if url.lower().startswith(("http://", "https://")) else f"https://{url}")
        position = end
    if position < len(text):
        yield Piece(text[position:])
