"""Pictures for X: the one-shot upload, the upload in pieces, and the description (X API v2, "Media")."""

from __future__ import annotations

import base64
import binascii
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from publisher.sandbox.accounts import XAccount
from publisher.sandbox.exchange import Exchange, Malformed
from publisher.sandbox.pictures import picture_type
from publisher.sandbox.world import PostedMedia, World
from publisher.sandbox.x_answers import Refused, invalid, not_found, plain
from publisher.sandbox.x_rules import AppendUpload, DescribeMedia, InitializeUpload, Query, UploadMedia, parsed

LIVES = timedelta(hours=24)
_LARGEST = {"tweet_gif": 15_000_000, "dm_gif": 15_000_000}
_LARGEST_IMAGE = 5_000_000
_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LISTS = frozenset({"additional_owners"})


@dataclass(slots=True)
class _Upload:
    owner: str
    category: str
    expires_at: datetime
    pieces: dict[int, bytes]
    total: int
    sha256: str = ""
    content_type: str = ""
    alt: str = ""
    used: bool = False


class XMedia:
    """The uploads of all accounts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._uploads: dict[str, _Upload] = {}

    def clear(self) -> None:
        """Forget all uploads."""
        with self._lock:
            self._uploads.clear()

    def upload(self, account: XAccount, exchange: Exchange, _: str) -> Response:
        """One-shot: JSON with base64, or multipart."""
        body, content = _media(exchange)
        wanted = parsed(UploadMedia, body)
        media_id, upload = self._open(account, wanted.media_category, len(content))
        self._complete(upload, content)
        return self._answer(media_id, upload)

    def initialize(self, account: XAccount, exchange: Exchange, _: str) -> Response:
        """Begin an upload in pieces."""
        wanted = parsed(InitializeUpload, _json(exchange))
        _check_size(wanted.media_category, wanted.total_bytes)
        media_id, upload = self._open(account, wanted.media_category, wanted.total_bytes)
        return self._answer(media_id, upload)

    def append(self, account: XAccount, exchange: Exchange, media_id: str) -> Response:
        """Take one piece."""
        body, content = _media(exchange)
        wanted = parsed(AppendUpload, body)
        upload = self._own(account, media_id)
        if upload.sha256:
            raise invalid([("id", "The media was finalized already.")])
        upload.pieces[wanted.segment_index] = content
        return JSONResponse({"data": {"expires_at": int(upload.expires_at.timestamp())}})

    def finalize(self, account: XAccount, exchange: Exchange, media_id: str) -> Response:
        """Put the pieces together."""
        if exchange.body:
            raise invalid([("body", "finalize takes no body")])
        upload = self._own(account, media_id)
        if sorted(upload.pieces) != list(range(len(upload.pieces))):
            raise invalid([("segment_index", "Segments do not add up to provided total file size.")])
        content = b"".join(upload.pieces[index] for index in sorted(upload.pieces))
        if len(content) != upload.total:
            raise invalid([("total_bytes", "Segments do not add up to provided total file size.")])
        self._complete(upload, content)
        return self._answer(media_id, upload)

    def status(self, account: XAccount, exchange: Exchange, _: str) -> Response:
        """``GET /2/media/upload?media_id=…&command=STATUS``."""
        query = Query(exchange.params, frozenset({"media_id", "command"}))
        query.text("command", "STATUS")
        media_id = query.text("media_id", r"[0-9]{1,19}")
        if media_id is None:
            raise invalid([("media_id", "The `media_id` query parameter can not be empty")])
        upload = self._own(account, media_id)
        done = (
            {"state": "succeeded", "progress_percent": 100}
            if upload.sha256
            else {"state": "pending", "check_after_secs": 1}
        )
        return self._answer(media_id, upload, processing_info=done)

    def describe(self, account: XAccount, exchange: Exchange, _: str) -> Response:
        """Set the text for people who don't see the picture."""
        wanted = parsed(DescribeMedia, _json(exchange))
        upload = self._own(account, wanted.id)
        metadata = wanted.metadata
        if metadata is not None and metadata.alt_text is not None:
            upload.alt = metadata.alt_text.text
        return JSONResponse({"data": {"id": wanted.id, "associated_metadata": {"alt_text": {"text": upload.alt}}}})

    def take(self, account: XAccount, media_ids: list[str]) -> tuple[PostedMedia, ...]:
        """Spend uploads on a post: each is good for one. Raises `Refused`; then none is spent."""
        with self._lock:
            uploads = [self._uploads.get(media_id) for media_id in media_ids]
            good = [upload for upload in uploads if upload is not None and self._usable(account, upload)]
            if len(good) < len(media_ids):
                raise invalid([("media.media_ids", "Your media IDs are invalid.")])
            for upload in good:
                upload.used = True
        return tuple(PostedMedia(upload.alt, upload.sha256, upload.content_type) for upload in good)

    def _usable(self, account: XAccount, upload: _Upload) -> bool:
        complete = bool(upload.sha256) and not upload.used
        return complete and upload.owner == account.user_id and self._world.clock.now() < upload.expires_at

    def _open(self, account: XAccount, category: str, total: int) -> tuple[str, _Upload]:
        media_id = self._world.next_id()
        upload = _Upload(account.user_id, category, self._world.clock.now() + LIVES, {}, total)
        with self._lock:
            now = self._world.clock.now()
            self._uploads = {known: kept for known, kept in self._uploads.items() if now < kept.expires_at}
            self._uploads[media_id] = upload
        return media_id, upload

    def _own(self, account: XAccount, media_id: str) -> _Upload:
        upload = self._uploads.get(media_id)
        if upload is None or upload.owner != account.user_id or self._world.clock.now() >= upload.expires_at:
            raise Refused(404, not_found("media", media_id))
        return upload

    def _complete(self, upload: _Upload, content: bytes) -> None:
        _check_size(upload.category, len(content))
        kind = picture_type(content)
        if kind not in _TYPES:
            raise invalid([("media", "The type of the uploaded media is not supported.")])
        upload.sha256 = self._world.keep_picture(content, kind)
        upload.content_type = kind
        upload.pieces.clear()

    def _answer(self, media_id: str, upload: _Upload, **more: object) -> Response:
        left = upload.expires_at - self._world.clock.now()
        answer: dict[str, Any] = {
            "id": media_id,
            "media_key": f"3_{media_id}",
            "size": upload.total,
            "expires_after_secs": int(left.total_seconds()),
        }
        return JSONResponse({"data": answer | more})


def _check_size(category: str, size: int) -> None:
    most = _LARGEST.get(category, _LARGEST_IMAGE)
    if size > most:
        raise plain(413, "Content Too Large", f"The media has {size} bytes, {most} are allowed.")


def _json(exchange: Exchange) -> object:
    try:
        return exchange.json()
    except Malformed as error:
        raise invalid([("body", str(error))]) from error


def _media(exchange: Exchange) -> tuple[object, bytes]:
    """The fields of an upload for the schema, and the media itself, from JSON or multipart."""
    if exchange.content_type == "multipart/form-data":
        return _media_of_form(exchange)
    body = _json(exchange)
    media = body.get("media") if isinstance(body, dict) else None
    try:
        return body, base64.b64decode(media if isinstance(media, str) else "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid([("media", "$.media: is not base64")]) from error


def _media_of_form(exchange: Exchange) -> tuple[object, bytes]:
    try:
        parts = exchange.parts()
    except Malformed as error:
        raise invalid([("body", str(error))]) from error
    fields: dict[str, object] = {}
    content = b""
    for part in parts:
        if part.name == "media":
            fields["media"], content = "in the part", part.content
        elif part.name == "segment_index":
            fields[part.name] = int(part.content) if part.content.isdigit() else part.content.decode("utf-8", "replace")
        elif part.name in _LISTS:
            fields[part.name] = part.content.decode("utf-8", "replace").split(",")
        else:
            fields[part.name] = part.content.decode("utf-8", "replace")
    return fields, content
