"""The body of the call that publishes a post on X: made here, and read again here. Pure.

Source: X API v2, "POST /2/tweets". The bytes are those that requests writes for what tweepy's ``create_tweet`` puts
together: media first, then the post that is answered, then the text; ASCII, with spaces.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.channels.answers import as_mapping, as_text
from publisher.channels.pictures import placeholder
from publisher.errors import Rejected
from publisher.model import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a body says: the text, and the id of the post that it answers, or what stands in its place."""

    text: str
    answers: str = ""

    def serialise(self, media_ids: Sequence[str]) -> bytes:
        """The bytes of the call with these pictures."""
        fields: dict[str, object] = {}
        if media_ids:
            fields["media"] = {"media_ids": list(media_ids)}
        if self.answers:
            fields["reply"] = {"in_reply_to_tweet_id": self.answers}
        if self.text:
            fields["text"] = self.text
        return json.dumps(fields, allow_nan=False).encode("ascii")


def part_slot(number: int) -> str:
    """What stands in a part of a thread where X's id of part ``number`` (from 1) goes."""
    return f"{{part:{number}}}"


def read_body(payload: Payload) -> Body:
    """What the bytes of one call say. Raises `Rejected` if they are not what `Body.serialise` makes of them."""
    try:
        fields = as_mapping(json.loads(payload.body))
    except ValueError:
        fields = {}
    answers = as_text(as_mapping(fields.get("reply")).get("in_reply_to_tweet_id"))
    body = Body(text=as_text(fields.get("text")), answers=answers)
    slots = [placeholder(number) for number, _ in enumerate(payload.media, start=1)]
    if body.serialise(slots) != payload.body:
        raise _other_bytes()
    return body


def read_to_send(payload: Payload) -> Body:
    """Like `read_body`, but what it answers must be known by now."""
    body = read_body(payload)
    if body.answers and not body.answers.isdecimal():
        raise _other_bytes()
    return body


def answering(part: Payload, post_id: str) -> Payload:
    """A part of a thread as it goes on the wire, once the id of the part before it is known. Raises `Rejected`."""
    body = replace(read_body(part), answers=post_id)
    return replace(part, body=body.serialise(()))


def _other_bytes() -> Rejected:
    return Rejected("the payload was not composed by this version", code="other-bytes", remedy="run: publisher preview")
