"""Twitter/X, with tweepy. One post: pictures first, each with its description, then the call that publishes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from publisher.abilities import Examination, Login
from publisher.channels.answers import Answer, as_mapping, as_text, uncertain
from publisher.channels.pictures import Uploads, fit_pictures, placeholder, read_picture
from publisher.channels.twitter_bodies import Body, answering, part_slot, read_body, read_to_send
from publisher.channels.twitter_timeline import Timeline
from publisher.channels.twitter_words import weigh, weigh_part
from publisher.errors import CredentialsBroken, Rejected, TemporaryError, TransportError
from publisher.interfaces import Clock, Settings, at_once
from publisher.model import Channel, Draft, Envelope, Form, Media, Payload, Price, Receipt
from publisher.model.findings import Finding
from publisher.pictures.rules import MEGABYTE, PictureRules

if TYPE_CHECKING:
    from publisher.channels.twitter_account import TwitterAccount

PICTURES = PictureRules(
    platform="X",
    content_types=("image/jpeg", "image/png", "image/webp"),  # and GIF, as which it expects a film
    max_count=4,
    max_bytes=5 * MEGABYTE,
    max_side=4096,
    max_alt=1000,
    card=(1200, 675),
)
"""X API v2 documentation, pages "Media upload: best practices" and "Media metadata". It shows 16:9 without cutting."""


class TwitterTransport:
    """Posts of up to 280 weighted characters with up to four pictures."""

    type = "twitter"
    form = Form.POST
    open_settings: tuple[str, ...] = ()

    def compose(self, draft: Draft, envelope: Envelope) -> Payload:
        """The JSON body as tweepy and requests will write it; of a thread one for each part, pictures with the first.

        The words are taken as they are: a link counts and shows only if it stands in the text.
        Raises `DraftTooLong`, `MediaError` or `RenderError`.
        """
        if draft.parts:
            return Payload.thread(list(_parts(draft, envelope)))
        weight = weigh(draft.text, envelope, media=draft.media)
        return _call(Body(text=draft.text), weight=weight, media=draft.media)

    def cost(self, payload: Payload, price: Price) -> Decimal:
        """X bills a post with a link in its text more: $0.20 against $0.015 in April 2026 (X API, page "Pricing").

        Each part of a thread is a post.
        """
        from publisher.render.weight import count_links

        if price.link is None:
            return price.post * max(1, len(payload.parts))
        texts = [read_body(part).text for part in payload.parts or (payload,)]
        return sum((price.link if count_links(text) else price.post for text in texts), Decimal(0))

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
            body = read_to_send(payload)
            with self._uploads:
                media_ids = [self._uploads.once(media, self._upload) for media in payload.media]
                before()
                return self._publish(body, media_ids)
        except TransportError as error:
            error.subject = self._channel.id
            raise

    def following(self, part: Payload, *, previous: str) -> Payload:
        """A part of a thread as it goes out after the one with this id (`publisher.interfaces.Continues`)."""
        return answering(part, previous)

    @property
    def settle_time(self) -> timedelta:
        """How long a request may still be on its way."""
        return self._account.adapter.settle_time

    def find(self, payload: Payload, *, since: datetime, besides: AbstractSet[str]) -> Receipt | None:
        """Look for a post in the account's own timeline; for a part of a thread among the answers to the part before.

        Raises a `TransportError`.
        """
        sought = as_mapping(json.loads(payload.body))
        text, reply = as_text(sought.get("text")), as_mapping(sought.get("reply"))
        answers = as_text(reply.get("in_reply_to_tweet_id"))
        try:
            post_id = self._timeline.find(text, since=since, besides=besides, answers=answers)
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

    def _publish(self, body: Body, media_ids: Sequence[str]) -> Receipt:
        account = self._account
        answer = self._call(
            lambda: account.client.create_tweet(
                text=body.text or None,
                media_ids=media_ids or None,
                in_reply_to_tweet_id=body.answers or None,
                user_auth=account.user_auth,
            ),
            expected=body.serialise(media_ids),
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
        from publisher.channels.twitter_http import bottom_of

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
            raise self._without_answer(failure, publishing=publishing) from (failure and bottom_of(failure))
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


def _parts(draft: Draft, envelope: Envelope) -> Iterator[Payload]:
    """The calls of a thread: the pictures go with the first, every other answers the one before."""
    for number, text in enumerate(draft.parts, start=1):
        weight = weigh_part(text, envelope, number=number, parts=len(draft.parts))
        answers = part_slot(number - 1) if number > 1 else ""
        yield _call(Body(text=text, answers=answers), weight=weight, media=() if answers else draft.media)


def _call(body: Body, *, weight: int, media: tuple[Media, ...]) -> Payload:
    from publisher.render.weight import X_LIMIT

    slots = [placeholder(number) for number, _ in enumerate(media, start=1)]
    return Payload(
        body=body.serialise(slots),
        content_type="application/json",
        media=fit_pictures(media, PICTURES),
        weight=weight,
        limit=X_LIMIT,
    )
