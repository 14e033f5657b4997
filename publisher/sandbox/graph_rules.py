"""What Graph takes on a page's ``feed`` and ``photos`` (Graph API reference, Page Feed and Page Photos).

The real API ignores parameters that it does not know. The sandbox refuses them, so that a slip shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from publisher.sandbox.exchange import Part
from publisher.sandbox.graph_answers import Refused, wrong_param
from publisher.sandbox.pictures import picture_type

MESSAGE_LIMIT = 63_206
PHOTO_LIMIT = 10_000_000
SCHEDULE_FROM, SCHEDULE_TO = timedelta(minutes=10), timedelta(days=30)

COMMON = frozenset({"access_token", "appsecret_proof", "fields", "format", "locale", "pretty", "suppress_http_code"})
_PUBLISH = frozenset({"published", "scheduled_publish_time", "unpublished_content_type", "client_mutation_id"})
_FEED = _PUBLISH | {
    "attached_media",
    "backdated_time",
    "call_to_action",
    "feed_targeting",
    "link",
    "message",
    "place",
    "targeting",
}
_PHOTOS = _PUBLISH | {"alt_text_custom", "caption", "message", "no_story", "source", "temporary", "url"}
_BOOLEANS = frozenset({"published", "temporary", "no_story"})
_JSON_OBJECTS = frozenset({"call_to_action", "feed_targeting", "targeting"})
_INDEXED = re.compile(r"attached_media\[(\d{1,2})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPost:
    """A ``POST /{page}/feed`` that is well-formed. ``public_at`` is None for one that stays unpublished."""

    message: str
    link: str
    attached: tuple[str, ...]
    public_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPost:
    """A ``POST /{page}/photos`` that is well-formed. ``public_at`` is None for one that stays unpublished."""

    caption: str
    alt: str
    content: bytes
    content_type: str
    public_at: datetime | None


def feed_post(parts: Iterable[Part], *, now: datetime) -> FeedPost:
    """The fields of a feed post. Raises `Refused`."""
    fields = _fields(parts, _FEED)
    attached = _attached(fields)
    message, link = fields.get("message", ""), fields.get("link", "")
    if not (message.strip() or link or attached):
        raise wrong_param("You must provide message, link or attached_media")
    if len(message) > MESSAGE_LIMIT:
        raise wrong_param(f"Param message must have at most {MESSAGE_LIMIT} characters")
    if "link" in fields:
        _check_url("link", link)
    return FeedPost(message=message, link=link, attached=attached, public_at=_public_at(fields, now))


def photo_post(parts: Iterable[Part], *, now: datetime) -> PhotoPost:
    """The fields of a photo. Raises `Refused`."""
    listed = list(parts)
    source = next((part.content for part in listed if part.name == "source"), b"")
    fields = _fields([part for part in listed if part.name != "source"], _PHOTOS)
    if bool(source) == ("url" in fields):
        raise Refused(324, "(#324) Requires upload file")
    if "url" in fields:
        _check_url("url", fields["url"])
    content_type = picture_type(source)
    if source and not content_type:
        raise Refused(324, "(#324) Missing or invalid image file")
    if len(source) > PHOTO_LIMIT:
        raise Refused(1366046, "(#1366046) Your photos couldn't be uploaded: files are limited to 10 MB")
    return PhotoPost(
        caption=fields.get("caption") or fields.get("message", ""),
        alt=fields.get("alt_text_custom", ""),
        content=source,
        content_type=content_type,
        public_at=_public_at(fields, now),
    )


def node_fields(given: str, known: frozenset[str], *, node: str) -> tuple[str, ...]:
    """The names in ``fields``, without what is asked of them (``attachments{media}``). Raises `Refused`."""
    flat, before = given, ""
    while flat != before:
        before, flat = flat, re.sub(r"\{[^{}]*\}|\([^()]*\)", "", flat)
    names = tuple(name.partition(".")[0].strip() for name in flat.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise wrong_param(f"Tried accessing nonexisting field ({name}) on node type ({node})")
    return names


def _fields(parts: Iterable[Part], known: frozenset[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in parts:
        if part.name not in known | COMMON and not ("attached_media" in known and _INDEXED.fullmatch(part.name)):
            raise wrong_param(f"Unknown parameter {part.name}: the real API would ignore it in silence")
        if part.name in fields:
            raise wrong_param(f"Param {part.name} was given twice")
        try:
            fields[part.name] = part.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise wrong_param(f"Param {part.name} is not UTF-8") from error
    _check_forms(fields)
    return fields


def _check_forms(fields: dict[str, str]) -> None:
    for name in _BOOLEANS & fields.keys():
        if fields[name] not in {"true", "false"}:
            raise wrong_param(f"Param {name} must be a boolean: true or false")
    for name in _JSON_OBJECTS & fields.keys():
        if not isinstance(_json(name, fields[name]), dict):
            raise wrong_param(f"Param {name} must be a JSON object")


def _attached(fields: dict[str, str]) -> tuple[str, ...]:
    indexed = {int(found[1]): value for name, value in fields.items() if (found := _INDEXED.fullmatch(name))}
    if indexed and "attached_media" in fields:
        raise wrong_param("Param attached_media was given as a list and by index")
    if "attached_media" in fields:
        listed = _json("attached_media", fields["attached_media"])
        if not isinstance(listed, list):
            raise wrong_param("Param attached_media must be an array.")
        return tuple(_photo_id(entry) for entry in listed)
    if sorted(indexed) != list(range(len(indexed))):
        raise wrong_param("Param attached_media must be indexed from 0 without gaps")
    return tuple(_photo_id(_json("attached_media", indexed[index])) for index in sorted(indexed))


def _photo_id(entry: object) -> str:
    if not isinstance(entry, dict) or set(entry) - {"media_fbid", "message"}:
        raise wrong_param("Param attached_media must hold objects with media_fbid")
    photo_id = entry.get("media_fbid")
    if not isinstance(photo_id, str) or not photo_id.isdecimal():
        raise wrong_param("Param attached_media[media_fbid] must be a numeric string")
    return photo_id


def _json(name: str, text: str) -> object:
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise wrong_param(f"Param {name} must be JSON") from error
    return found


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise wrong_param(f"Param {name} should represent a valid URL") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", url):
        raise wrong_param(f"Param {name} should represent a valid URL")


def _public_at(fields: dict[str, str], now: datetime) -> datetime | None:
    published = fields.get("published", "true") == "true"
    planned = fields.get("scheduled_publish_time")
    if planned is None:
        return now if published else None
    if published:
        raise wrong_param("Param published must be false when scheduled_publish_time is given")
    at = _instant(planned)
    if not now + SCHEDULE_FROM <= at <= now + SCHEDULE_TO:
        raise wrong_param("The specified scheduled publish time is invalid.")
    return at


def _instant(text: str) -> datetime:
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise wrong_param("Param scheduled_publish_time is no time") from error
    if at.tzinfo is None:
        raise wrong_param("Param scheduled_publish_time has no offset")
    return at.astimezone(UTC)
