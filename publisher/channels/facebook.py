"""Facebook pages, with facebook-sdk. Pictures are uploaded unpublished first, then one call publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from publisher.abilities import Examination, Login
from publisher.channels.answers import as_text, uncertain
from publisher.channels.forms import FORM, decode_form, encode_form
from publisher.channels.pictures import Uploads, fit_pictures, placeholder, read_picture
from publisher.errors import DraftTooLong, Rejected, RenderError, SettingsError, TransportError
from publisher.interfaces import Clock, Settings, at_once
from publisher.model import Channel, Draft, Envelope, Form, Media, Payload, Receipt
from publisher.model.findings import Finding
from publisher.pictures.rules import MEGABYTE, PictureRules
from publisher.render.texts import last_words
from publisher.sentences import sentence

if TYPE_CHECKING:
    from publisher.channels.facebook_graph import PageGraph, PageKeys

ENDPOINT = "https://graph.facebook.com"
VERSION = "v26.0"
"""Released on 29 July 2026. Calls to an ended version are served by a newer one without a word (Graph API,
"Versioning"), so the version of each answer is compared with this one."""

LIMIT = 63_206
"""Characters in a post."""

FOLD = 400
"""About where Facebook puts "See more" on a page's post; it depends on the width and the lines."""

PICTURES = PictureRules(
    platform="Facebook",
    content_types=("image/jpeg", "image/png"),  # and others, which it turns into these
    max_count=10,
    max_bytes=10 * MEGABYTE,
    max_png_bytes=4 * MEGABYTE,
    max_side=2048,
    card=(1200, 630),
)
"""Graph API reference, page "Page Photos": JPEG, BMP, PNG, GIF, TIFF up to 10 MB, PNG up to 4 MB.

Of larger ones it keeps 2048 pixels."""
_HALF = re.compile("[\ud800-\udfff]")
_VERSION = re.compile(r"v?(\d{1,3}\.\d)")
_PAGE_ID = re.compile(r"[0-9]{1,30}")


class FacebookTransport:
    """Posts on a page, with a link or with pictures."""

    type = "facebook"
    form = Form.POST
    open_settings: tuple[str, ...] = ()

    def compose(self, draft: Draft, envelope: Envelope) -> Payload:
        """The form of the call to ``/feed``.

        Facebook shows a link's preview or pictures, not both: with pictures the link goes into the words, on a line of
        its own, unless it stands there already. Raises `DraftTooLong`, `MediaError` or `RenderError`.
        """
        message = _message(draft)
        _check_words(message, envelope, pictures=draft.media)
        fields = {"message": message} if message else {}
        if draft.link and not draft.media:
            fields["link"] = draft.link
        if draft.media:
            fields["attached_media"] = _attached(_slots(draft.media))
        return Payload(
            body=encode_form(fields),
            content_type=FORM,
            media=fit_pictures(draft.media, PICTURES),
            weight=len(message),
            limit=LIMIT,
            fold=FOLD,
        )

    def connect(self, channel: Channel, settings: Settings, clock: Clock) -> FacebookConnection:
        """A way to one page, with PAGE_ID, PAGE_TOKEN and, if it is set, APP_SECRET.

        Raises `MissingCredential` or `SettingsError`.
        """
        from publisher.channels.facebook_graph import PageKeys

        page_id = settings.require("PAGE_ID")
        if not _PAGE_ID.fullmatch(page_id):
            raise SettingsError(
                "PAGE_ID is not the number of a page",
                subject=channel.id,
                remedy="use the page's number, from the page's “About” under “Page transparency”",
            )
        keys = PageKeys(token=settings.require("PAGE_TOKEN"), app_secret=settings.get("APP_SECRET"))
        graph = _graph(channel, settings, keys, clock=clock)
        return FacebookConnection(channel, page_id, graph=graph, uploads=Uploads(clock))

    def examine(self, examination: Examination) -> Iterator[Finding]:
        """Whose token it is, how long it holds, and what it permits (`publisher.abilities.Examinable`)."""
        from publisher.channels.facebook_examination import examine

        connection = self.connect(examination.channel, examination.settings, examination.clock)
        with closing(connection):
            yield from examine(examination, connection)

    def log_in(self, login: Login) -> Mapping[str, str | None]:
        """Get a page token that does not expire (`publisher.abilities.Enrollable`)."""
        from publisher.channels.facebook_login import log_in

        return log_in(login, lambda keys: _graph(login.channel, login.settings, keys, clock=login.clock))


class FacebookConnection:
    """One page."""

    def __init__(self, channel: Channel, page_id: str, *, graph: PageGraph, uploads: Uploads) -> None:
        self._channel = channel
        self._page_id = page_id
        self._graph = graph
        self._uploads = uploads

    @property
    def usage(self) -> Mapping[str, object]:
        """What Facebook last said of the page's limits: percentages, by header."""
        return self._graph.usage

    @property
    def graph(self) -> PageGraph:
        """For calls that publish nothing."""
        return self._graph

    @property
    def page_id(self) -> str:
        """The page's number."""
        return self._page_id

    def send(self, payload: Payload, *, before: Callable[[], None] = at_once) -> Receipt:
        """Upload the pictures unpublished, then publish. Raises a `TransportError`."""
        try:
            fields = _read(payload)
            with self._uploads:
                if payload.media:
                    media_ids = [self._uploads.once(media, self._upload) for media in payload.media]
                    fields["attached_media"] = _attached(media_ids)
                before()
                return self._publish(fields)
        except TransportError as error:
            error.subject = self._channel.id
            raise

    @property
    def settle_time(self) -> timedelta:
        """How long a request may still be on its way."""
        return self._graph.settle_time

    def find(self, payload: Payload, *, since: datetime, besides: AbstractSet[str]) -> Receipt | None:
        """Look for a post among those that the page has published. Raises a `TransportError`."""
        from publisher.channels.facebook_posts import posts_since
        from publisher.channels.recognition import PostWords, recognised

        fields = decode_form(payload.body)
        ours = PostWords(text=fields.get("message", ""), links=tuple(filter(None, [fields.get("link")])))
        try:
            shown = posts_since(self._graph.request, f"{self._graph.version}/{self._page_id}", since)
            post = recognised(ours, shown, besides=besides)
        except TransportError as error:
            error.subject = self._channel.id
            raise
        return Receipt(post.id, post.url or f"https://www.facebook.com/{post.id}") if post else None

    def close(self) -> None:
        """Give back sockets."""
        self._graph.close()

    def _upload(self, media: Media) -> str:
        source = (media.path.name, read_picture(media), media.content_type)
        alt = {"alt_text_custom": media.alt} if media.alt else {}
        uploaded = self._graph.put_photo(  # type: ignore[no-untyped-call]  # facebook-sdk has no types
            source, f"{self._page_id}/photos", published="false", **alt
        )
        return _id(uploaded, publishing=False)

    def _publish(self, fields: Mapping[str, str]) -> Receipt:
        published = self._graph.put_object(  # type: ignore[no-untyped-call]  # facebook-sdk has no types
            self._page_id, "feed", **fields
        )
        post_id = _id(published, publishing=True)
        return Receipt(post_id, f"https://www.facebook.com/{post_id}")


def _graph(channel: Channel, settings: Settings, keys: PageKeys, *, clock: Clock) -> PageGraph:
    from publisher.channels.facebook_graph import PageGraph
    from publisher.channels.wire import read_wire

    wire = read_wire(channel, settings, endpoint=ENDPOINT)
    return PageGraph(keys, wire, version=_read_version(channel, settings), clock=clock)


def _message(draft: Draft) -> str:
    text = draft.text
    if draft.media and draft.link and draft.link not in text:
        return f"{text.rstrip()}\n{draft.link}".lstrip()
    return text


def _check_words(message: str, envelope: Envelope, *, pictures: Sequence[Media]) -> None:
    if not message.strip() and not pictures:
        raise RenderError(
            sentence("The post is empty."), subject=envelope.key, remedy=sentence("Write something into the template.")
        )
    if len(message) > LIMIT:
        raise _too_long(message, envelope)
    bad = _HALF.search(message)
    if bad:
        raise RenderError(
            sentence(
                "U+{code:04X} is half a character (at {position}).", code=ord(bad.group()), position=bad.start() + 1
            ),
            subject=envelope.key,
            remedy=sentence("Delete it and write the emoji or letter anew."),
        )


def _too_long(message: str, envelope: Envelope) -> DraftTooLong:
    over = len(message) - LIMIT
    return DraftTooLong(
        sentence(
            "On Facebook this is {length:,} of {limit:,} characters. {over:,} too many, cut from “{cut}”.",
            length=len(message),
            limit=LIMIT,
            over=over,
            cut=last_words(message[:LIMIT]),
        ),
        subject=envelope.key,
        remedy=sentence("Shorten the text by {over}.", over=over),
        platform="Facebook",
    )


def _slots(media: Sequence[Media]) -> list[str]:
    return [placeholder(number) for number, _ in enumerate(media, start=1)]


def _attached(ids: Sequence[str]) -> str:
    """Facebook takes a list inside a form as JSON text."""
    return json.dumps([{"media_fbid": media_id} for media_id in ids])


def _read(payload: Payload) -> dict[str, str]:
    """The fields of a payload. Raises `Rejected` if the bytes are not what `compose` makes of them."""
    try:
        fields = decode_form(payload.body)
    except ValueError:
        fields = {}
    slots = _attached(_slots(payload.media)) if payload.media else None
    if fields.get("attached_media") != slots or encode_form(fields) != payload.body:
        raise Rejected(
            "the payload was not composed by this version", code="other-bytes", remedy="run: publisher preview"
        )
    return fields


def _id(answered: object, *, publishing: bool) -> str:
    fields = cast("Mapping[str, object]", answered)
    post_id = as_text(fields.get("id"))
    if not post_id:
        raise uncertain("Facebook said yes but gave no id", publishing=publishing, detail=str(dict(fields))[:500])
    return post_id


def _read_version(channel: Channel, settings: Settings) -> str:
    text = settings.get("VERSION") or VERSION
    match = _VERSION.fullmatch(text)
    if match is None:
        raise SettingsError(
            "VERSION is no version of the Graph API", subject=channel.id, remedy=f"write it like {VERSION}"
        )
    return f"v{match[1]}"
