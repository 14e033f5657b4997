"""What X takes: the schemas of its OpenAPI document (2.167), and the rules that stand in its documentation only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from publisher.sandbox.x_answers import forbidden, invalid
from publisher.twittertext import library

WEIGHT_LIMIT = 280
Id: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
Model = TypeVar("Model", bound="Strict")

_CASHTAG = re.compile(r"(?:^|\s)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=\s|$|[^\w$])")
_ONLY_ONE_OF = ("poll", "quote_tweet_id", "direct_message_deep_link", "media", "card_uri")
_NOT_FOR_US = (
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "nullcast",
    "quote_tweet_id",
)
"""Fields that need a plan, a subscription or a membership that an account with pay-per-use does not have."""


class Strict(BaseModel):
    """A JSON object with exactly these fields, without conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EditOptions(Strict):
    """``edit_options``."""

    previous_post_id: Id


class Geo(Strict):
    """``geo``."""

    place_id: str | None = None


class PostMedia(Strict):
    """``media``."""

    media_ids: Annotated[list[Id], Field(min_length=1, max_length=4)]
    tagged_user_ids: Annotated[list[Id], Field(max_length=10)] | None = None
    title: str | None = None
    description: str | None = None
    embeddable: bool | None = None
    preview_media_id: Id | None = None
    call_to_actions: dict[str, Any] | None = None


class Poll(Strict):
    """``poll``."""

    options: Annotated[list[Annotated[str, Field(min_length=1, max_length=25)]], Field(min_length=2, max_length=4)]
    duration_minutes: Annotated[int, Field(ge=5, le=10080)]
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None


class Reply(Strict):
    """``reply``."""

    in_reply_to_tweet_id: Id
    exclude_reply_user_ids: list[Id] | None = None
    auto_populate_reply_metadata: bool | None = None


class CreatePost(Strict):
    """``CreatePostsRequest``, the body of ``POST /2/tweets``."""

    card_uri: str | None = None
    community_id: Id | None = None
    direct_message_deep_link: str | None = None
    edit_options: EditOptions | None = None
    for_super_followers_only: bool | None = None
    geo: Geo | None = None
    made_with_ai: bool | None = None
    media: PostMedia | None = None
    nullcast: bool | None = None
    paid_partnership: bool | None = None
    poll: Poll | None = None
    quote_tweet_id: Id | None = None
    reply: Reply | None = None
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None
    share_with_followers: bool | None = None
    text: str = ""


class UploadMedia(Strict):
    """``POST /2/media/upload``; ``media`` is base64 in JSON."""

    media: str
    media_category: Literal["tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"]
    media_type: str | None = None
    additional_owners: list[Id] | None = None
    shared: bool | None = None


class InitializeUpload(Strict):
    """``POST /2/media/upload/initialize``."""

    media_type: Literal["image/jpeg", "image/png", "image/gif", "image/webp"]
    total_bytes: Annotated[int, Field(ge=1, le=17_179_869_184)]
    media_category: Literal["tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"]
    additional_owners: list[Id] | None = None
    shared: bool | None = None


class AppendUpload(Strict):
    """``POST /2/media/upload/{id}/append``; ``media`` is base64 in JSON."""

    media: str
    segment_index: Annotated[int, Field(ge=0, le=999)]


class AltText(Strict):
    """``alt_text`` of a picture."""

    text: Annotated[str, Field(max_length=1000)]


class MediaMetadata(Strict):
    """``metadata``."""

    alt_text: AltText | None = None


class DescribeMedia(Strict):
    """``POST /2/media/metadata``."""

    id: Id
    metadata: MediaMetadata | None = None


def parsed(model: type[Model], body: object) -> Model:
    """The body as the schema has it. Raises `Refused` with 400."""
    nulls = [(name, f"$.{name}: null found, but the schema does not allow null") for name in _nulls(body)]
    if nulls:
        raise invalid(nulls)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise invalid(
            [_in_their_words(found["loc"], found["type"], found["msg"]) for found in error.errors()]
        ) from error


def _nulls(value: object, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _nulls(inner, f"{name}.{key}" if name else str(key))
    elif value is None:
        yield name


def _in_their_words(place: tuple[int | str, ...], kind: str, text: str) -> tuple[str, str]:
    name = ".".join(str(step) for step in place)
    if kind == "extra_forbidden":
        return name, f"$.{name}: is not defined in the schema and the schema does not allow additional properties"
    return name, f"$.{name}: {text}"


def check_post(post: CreatePost) -> None:
    """The rules for the words and the combination of fields. Raises `Refused`."""
    given = post.model_fields_set
    together = [name for name in _ONLY_ONE_OF if name in given]
    if len(together) > 1:
        raise invalid([(name, f"$.{name}: is mutually exclusive with {together[0]}") for name in together[1:]])
    closed = [name for name in _NOT_FOR_US if name in given]
    if closed:
        raise forbidden(
            "Your account is not permitted to access this feature.", reason=f"not in this plan: {closed[0]}"
        )
    if not post.text.strip() and post.media is None:
        raise invalid([("text", "$.text: text or media is required")])
    if post.media is not None and len(set(post.media.media_ids)) < len(post.media.media_ids):
        raise invalid([("media.media_ids", "$.media.media_ids: the items in the array must be unique")])
    _check_words(post.text)


def _check_words(text: str) -> None:
    if not text:
        return
    found = library().parse_tweet(text)
    if found.weightedLength > WEIGHT_LIMIT:
        raise forbidden(reason=f"weighted length {found.weightedLength} is above {WEIGHT_LIMIT}")
    if not found.valid:
        raise invalid([("text", "$.text: has characters that are not allowed")])
    if len(_CASHTAG.findall(text)) > 1:
        raise forbidden(reason="more than one cashtag")


class Query:
    """The query of a read, checked against the parameters that the endpoint knows."""

    def __init__(self, params: list[tuple[str, str]], known: frozenset[str]) -> None:
        unknown = [name for name, _ in params if name not in known]
        if unknown:
            raise invalid(
                [(name, f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]") for name in unknown]
            )
        self._values = dict(params)

    def text(self, name: str, pattern: str) -> str | None:
        """A value that fits the pattern as a whole, or None. Raises `Refused`."""
        value = self._values.get(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise invalid([(name, f"The `{name}` query parameter value [{value}] is not valid")])
        return value

    def number(self, name: str, *, least: int, most: int, default: int) -> int:
        """A whole number within bounds. Raises `Refused`."""
        value = int(self.text(name, r"[0-9]{1,9}") or default)
        if not least <= value <= most:
            wrong = f"The `{name}` query parameter value [{value}] is not between {least} and {most}"
            raise invalid([(name, wrong)])
        return value

    def several(self, name: str, allowed: frozenset[str]) -> frozenset[str]:
        """A comma-separated list out of a fixed set. Raises `Refused`."""
        values = frozenset(value for value in self._values.get(name, "").split(",") if value)
        wrong = sorted(values - allowed)
        if wrong:
            raise invalid(
                [(name, f"The `{name}` query parameter value [{wrong[0]}] is not one of [{','.join(sorted(allowed))}]")]
            )
        return values
