"""What has become public on the stand-in platforms, and what was asked of them.

Everything is kept in memory and bounded: the newest `POSTS_KEPT` posts and as many mails, `REQUESTS_KEPT` requests per
channel with at most `BODY_KEPT` octets of each body, and the newest `PICTURES_KEPT` pictures.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from publisher.interfaces import Clock
from publisher.sandbox.accounts import Accounts
from publisher.sandbox.faults import FaultPlans

POSTS_KEPT = 100_000
REQUESTS_KEPT = 2_000
BODY_KEPT = 1_000_000
PICTURES_KEPT = 300

_SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_SMALLEST_ID = 10**18


class PostedMedia(NamedTuple):
    """A picture of a post. ``sha256`` is empty for one that was named by its address only."""

    alt: str
    sha256: str
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A public post. ``text`` is what was sent, ``at`` when it became public, ``url`` where it can be looked at."""

    channel_id: str
    remote_id: str
    platform: str  #: ``x`` or ``facebook``
    text: str
    link: str
    media: tuple[PostedMedia, ...]
    body: bytes = field(repr=False)  #: of the publishing call, as received
    at: datetime
    url: str
    author: str
    handle: str = ""  #: on X
    answers: str = ""  #: on X: the id of the post that it replies to


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that was taken for one recipient. ``content`` is exactly as received, dots unstuffed."""

    channel_id: str
    number: int
    sender: str
    recipient: str
    content: bytes = field(repr=False)
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An HTTP request as it came in, secrets taken out.

    ``token_in`` says where a Graph token was: ``header``, ``query``, ``form`` or empty.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: datetime
    token_in: str = ""


class World:
    """Everything that the stand-ins know. Safe to use from several threads."""

    def __init__(self, clock: Clock, *, http_url: str) -> None:
        self.clock = clock
        self.http_url = http_url
        self.accounts = Accounts()
        self.faults = FaultPlans()
        self._lock = threading.RLock()
        self._last_id = _SMALLEST_ID
        self._mail_number = 0
        self._posts: OrderedDict[str, Posted] = OrderedDict()
        self._mails: deque[Mail] = deque(maxlen=POSTS_KEPT)
        self._requests: defaultdict[str, deque[Received]] = defaultdict(lambda: deque(maxlen=REQUESTS_KEPT))
        self._pictures: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def next_id(self) -> str:
        """A number above all before it, made from the clock as X makes its ids."""
        age = self.clock.now() - _SNOWFLAKE_EPOCH
        with self._lock:
            self._last_id = max(self._last_id + 1, int(age.total_seconds() * 1000) << 22)
            return str(self._last_id)

    def url_of(self, remote_id: str) -> str:
        """Where the sandbox shows a post."""
        return f"{self.http_url}/posts/{remote_id}"

    def publish(self, post: Posted) -> None:
        """Make a post public at its time."""
        with self._lock:
            self._posts[post.remote_id] = post
            while len(self._posts) > POSTS_KEPT:
                self._posts.popitem(last=False)

    def withdraw(self, remote_id: str) -> None:
        """Delete a post."""
        with self._lock:
            self._posts.pop(remote_id, None)

    def post(self, remote_id: str) -> Posted | None:
        """One post, public or scheduled."""
        with self._lock:
            return self._posts.get(remote_id)

    def posts(self, channel_id: str | None = None) -> list[Posted]:
        """What is public now, oldest first, of one channel or of all."""
        now = self.clock.now()
        with self._lock:
            found = [post for post in self._posts.values() if channel_id in (None, post.channel_id) and post.at <= now]
        return sorted(found, key=lambda post: post.at)

    def deliver(self, channel_id: str, *, sender: str, recipient: str, content: bytes, subject: str) -> Mail:
        """Take a mail for one recipient."""
        with self._lock:
            self._mail_number += 1
            mail = Mail(
                channel_id=channel_id,
                number=self._mail_number,
                sender=sender,
                recipient=recipient,
                content=content,
                at=self.clock.now(),
                subject=subject,
            )
            self._mails.append(mail)
            return mail

    def mails(self, channel_id: str | None = None) -> list[Mail]:
        """Mails taken, oldest first, of one channel or of all."""
        with self._lock:
            return [mail for mail in self._mails if channel_id in (None, mail.channel_id)]

    def counts(self) -> dict[str, int]:
        """Public posts and mails by channel, for every channel that has an account."""
        count = Counter(post.channel_id for post in self.posts())
        count.update(mail.channel_id for mail in self.mails())
        return {channel_id: count[channel_id] for channel_id in [*self.accounts.by_channel, *count]}

    def record(self, channel_id: str, request: Received) -> None:
        """Remember a request; an empty id stands for requests of nobody we know."""
        with self._lock:
            self._requests[channel_id].append(request)

    def requests(self, channel_id: str) -> list[Received]:
        """What was asked, oldest first."""
        with self._lock:
            return list(self._requests[channel_id])

    def keep_picture(self, content: bytes, content_type: str) -> str:
        """Keep a picture for showing; returns its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        with self._lock:
            self._pictures[digest] = (content_type, content)
            self._pictures.move_to_end(digest)
            while len(self._pictures) > PICTURES_KEPT:
                self._pictures.popitem(last=False)
        return digest

    def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """Type and content of a picture, unless it is too long ago."""
        with self._lock:
            return self._pictures.get(sha256)

    def clear(self) -> None:
        """Forget posts, mails, requests, pictures and faults; accounts stay."""
        self.faults.clear()
        with self._lock:
            for kept in (self._posts, self._mails, self._requests, self._pictures):
                kept.clear()
