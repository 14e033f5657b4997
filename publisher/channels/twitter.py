"""Twitter/X, with tweepy. One post: pictures first, each with its description, then the call that publishes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from publisher.abilities import Examination, Login
from publisher.channels.answers import Answer, as_mapping, as_text, uncertain
from publisher.channels.pictures import MEGABYTE, PictureRules, Uploads, check_pictures, placeholder, read_picture
from publisher.channels.twitter_timeline import Timeline
from publisher.errors import CredentialsBroken, DraftTooLong, Rejected, RenderError, TemporaryError, TransportError
from publisher.interfaces import Clock, Settings, at_once
from publisher.model import Channel, Draft, Envelope, Form, Media, Payload, Price, Receipt
from publisher.model.findings import Finding
from publisher.sentences import Sentence, counted, sentence

if TYPE_CHECKING:
    from publisher.channels.twitter_account import TwitterAccount

PICTURES = PictureRules(
    platform="X",
    content_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
    max_count=4,
    max_bytes=5 * MEGABYTE,
    max_alt=1000,
)
"""X API v2 documentation, pages "Media upload: best practices" and "Media metadata"."""

_FORBIDDEN = re.compile("[\ufffe\ufeff\uffff\ud800-\udfff]")  # twitter-text: the characters that a post can't hold


class TwitterTransport:
    """Posts of up to 280 weighted characters with up to four pictures."""

    type = "twitter"
    form = Form.POST
    open_settings: tuple[str, ...] = ()

    def compose(self, draft: Draft, envelope: Envelope) -> Payload:
        """The JSON body as tweepy and requests will write it.

        The words are taken as they are: a link counts and shows only if it stands in the text.
        Raises `DraftTooLong`, `MediaError` or `RenderError`.
        """
        from publisher.render.weight import X_LIMIT, weighted_length

        check_pictures(draft.media, PICTURES)
        _check_words(draft, envelope)
        weight = weighted_length(draft.text)
        if weight > X_LIMIT:
            raise _too_long(draft.text, envelope, weight)
        ids = [placeholder(number) for number, _ in enumerate(draft.media, start=1)]
        return Payload(
            body=_serialise(draft.text, ids),
            content_type="application/json",
            media=draft.media,
            weight=weight,
            limit=X_LIMIT,
        )

    def cost(self, payload: Payload, price: Price) -> Decimal:
        """X bills a post with a link in its text more: $0.20 against $0.015 in April 2026 (X API, page "Pricing")."""
        from publisher.render.weight import count_links

        return price.post if price.link is None or not count_links(_read(payload)) else price.link

    def connect(self, channel: Channel, settings: Settings, clock: Clock) -> TwitterConnection:
        """A client with the keys of OAuth 1.0a, or with the tokens of OAuth 2 when CLIENT_ID is set.

        Raises `MissingCredential` or `SettingsError`.
        """
        from publisher.channels.twitter_account import open_account

        return TwitterConnection(channel, clock, open_account(channel, settings, clock))

    def examine(self, examination: Examination) -> Iterator[Finding]:
        """Whose account it is, and whether the app may post (`publisher.abilities.Examinable`)."""
        from publisher.channels.twitter_examination import examine

        with closing(self.connect(examination.channel, examination.settings, examination.clock)) as connection:
            yield from examine(examination, connection)

    def log_in(self, login: Login) -> Mapping[str, str | None]:
        """Ask for keys, or for leave by OAuth 2 (`publisher.abilities.Enrollable`)."""
        from publisher.channels.twitter_login import log_in

        return log_in(login)


class TwitterConnection:
    """One account."""

    def __init__(self, channel: Channel, clock: Clock, account: TwitterAccount) -> None:
        self._channel = channel
        self._clock = clock
        self._account = account
        self._uploads = Uploads(clock)
        self._timeline = Timeline(self._get)

    def send(self, payload: Payload, *, before: Callable[[], None] = at_once) -> Receipt:
        """Upload the pictures, then publish. Raises a `TransportError`."""
        try:
            text = _read(payload)
            with self._uploads:
                media_ids = [self._uploads.once(media, self._upload) for media in payload.media]
                before()
                return self._publish(text, media_ids)
        except TransportError as error:
            error.subject = self._channel.id
            raise

    @property
    def settle_time(self) -> timedelta:
        """How long a request may still be on its way."""
        return self._account.adapter.settle_time

    def find(self, payload: Payload, *, since: datetime, besides: AbstractSet[str]) -> Receipt | None:
        """Look for a post in the account's own timeline. Raises a `TransportError`."""
        text = as_text(as_mapping(json.loads(payload.body)).get("text"))
        try:
            post_id = self._timeline.find(text, since=since, besides=besides)
        except TransportError as error:
            error.subject = self._channel.id
            raise
        return self._receipt(post_id) if post_id else None

    def me(self) -> Answer:
        """Who we are to X: ``GET /2/users/me``. Raises a `TransportError`."""
        return self._get("/2/users/me", {})

    def scope(self) -> str:
        """What the tokens of OAuth 2 permit; empty for the keys of OAuth 1.0a, which don't tell."""
        return self._account.tokens.pair().scope if self._account.tokens else ""

    def close(self) -> None:
        """Give back sockets."""
        self._account.adapter.close()

    def _upload(self, media: Media) -> str:
        content = base64.b64encode(read_picture(media)).decode("ascii")
        answer = self._post("/2/media/upload", {"media": content, "media_category": "tweet_image"})
        uploaded = as_mapping(answer.fields().get("data"))
        media_id = as_text(uploaded.get("id"))
        if as_mapping(uploaded.get("processing_info")).get("state") == "failed":
            raise Rejected(
                f"X can't use the picture {media.path}", detail=answer.words(), remedy="save it anew as JPEG or PNG"
            )
        if not media_id:
            raise uncertain(
                "X took a picture but gave no id", publishing=False, code=str(answer.status), detail=answer.words()
            )
        if media.alt:
            self._post("/2/media/metadata", {"id": media_id, "metadata": {"alt_text": {"text": media.alt}}})
        return media_id

    def _post(self, route: str, body: Mapping[str, object]) -> Answer:
        account = self._account
        return self._call(
            lambda: account.client.request("POST", route, json=body, user_auth=account.user_auth), expected=None
        )

    def _get(self, route: str, query: Mapping[str, str]) -> Answer:
        account = self._account
        return self._call(
            lambda: account.client.request("GET", route, params=query, user_auth=account.user_auth), expected=None
        )

    def _publish(self, text: str, media_ids: Sequence[str]) -> Receipt:
        account = self._account
        answer = self._call(
            lambda: account.client.create_tweet(
                text=text or None, media_ids=media_ids or None, user_auth=account.user_auth
            ),
            expected=_serialise(text, media_ids),
        )
        post_id = as_text(as_mapping(answer.fields().get("data")).get("id"))
        if not post_id:
            raise uncertain(
                "X said yes but gave no id", publishing=True, code=str(answer.status), detail=answer.words()
            )
        return self._receipt(post_id)

    def _receipt(self, post_id: str) -> Receipt:
        name = self._channel.account.removeprefix("@") or "i"
        return Receipt(post_id, f"https://x.com/{name}/status/{post_id}")

    def _call(self, call: Callable[[], object], *, expected: bytes | None) -> Answer:
        """Carry out a call of tweepy's and judge by the answer itself; ``expected`` is the body when it publishes."""
        from publisher.channels.twitter_answers import classify

        publishing = expected is not None
        self._account.authorise()
        self._account.adapter.expect(expected)
        failure: Exception | None = None
        try:
            call()
        except TransportError:
            raise
        except Exception as error:  # noqa: BLE001  tweepy lets requests' errors, AttributeError and TypeError through
            failure = error
        answer = self._account.adapter.answer
        if answer is None:
            raise self._without_answer(failure, publishing=publishing) from failure
        if not answer.succeeded:
            refusal = classify(answer, publishing=publishing, now=self._clock.now())
            if isinstance(refusal, CredentialsBroken):
                self._account.distrust()
            raise refusal
        return answer

    def _without_answer(self, failure: Exception | None, *, publishing: bool) -> TransportError:
        from publisher.channels.twitter_http import was_not_sent

        if not self._account.adapter.started or (failure is not None and was_not_sent(failure)):
            return TemporaryError("X can't be reached; nothing was sent", remedy="nothing to do: it is tried again")
        return uncertain("the connection to X broke before an answer came", publishing=publishing)


def _serialise(text: str, media_ids: Sequence[str]) -> bytes:
    """The bytes as requests writes what tweepy's ``create_tweet`` puts together: media first, ASCII, spaces."""
    body: dict[str, object] = {}
    if media_ids:
        body["media"] = {"media_ids": list(media_ids)}
    if text:
        body["text"] = text
    return json.dumps(body, allow_nan=False).encode("ascii")


def _read(payload: Payload) -> str:
    """The text in a payload. Raises `Rejected` if the bytes are not what `compose` makes of it."""
    try:
        text = as_text(as_mapping(json.loads(payload.body)).get("text"))
    except ValueError:
        text = ""
    slots = [placeholder(number) for number, _ in enumerate(payload.media, start=1)]
    if _serialise(text, slots) != payload.body:
        raise Rejected(
            "the payload was not composed by this version", code="other-bytes", remedy="run: publisher preview"
        )
    return text


def _check_words(draft: Draft, envelope: Envelope) -> None:
    if not draft.text.strip() and not draft.media:
        raise RenderError(
            sentence("The post is empty."), subject=envelope.key, remedy=sentence("Write something into the template.")
        )
    bad = _FORBIDDEN.search(draft.text)
    if bad:
        raise RenderError(
            sentence(
                "X does not take the character U+{code:04X} (at {position}).",
                code=ord(bad.group()),
                position=bad.start() + 1,
            ),
            subject=envelope.key,
            remedy=sentence("Delete it; it is invisible and often comes from copying."),
        )


def _too_long(text: str, envelope: Envelope, weight: int) -> DraftTooLong:
    from publisher.render.weight import X_LIMIT, before_the_cut, count_links

    over = weight - X_LIMIT
    return DraftTooLong(
        sentence(
            "On X this is {weight} of {limit} characters ({counted_as}). {over} too many, cut from “{cut}”.",
            weight=weight,
            limit=X_LIMIT,
            counted_as=_counted_as(count_links(text)),
            over=over,
            cut=before_the_cut(text),
        ),
        subject=envelope.key,
        remedy=sentence("Shorten the text by {over}.", over=over),
        platform="X",
    )


def _counted_as(links: int) -> Sentence:
    if not links:
        return sentence("emoji count as 2")
    return counted("the link counts as 23; emoji as 2", "each link counts as 23; emoji as 2", n=links)
