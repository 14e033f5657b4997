"""The tables of mailing lists: who is on them, by what consent, who must not be written to, and what came back.

They stand in the ledger's database and change only through a migration. An address stands in one column of
``subscribers`` and, until it is confirmed, of ``signups``; everything else knows people by ``hash``, the keyed hash of
their address (`publisher.newsletter.keys`), which tells nobody who they are.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from publisher.ledger.tables import Instant, metadata

lists = Table(
    "lists",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("title", JSON, nullable=False),  # public name by language
    Column("about", JSON, nullable=False),  # public description by language
    Column("footer", JSON, nullable=False),  # below its mails, by language
    Column("columns", JSON, nullable=False),  # the further attributes that anybody on it was ever given
    Column("list_id", String(200), nullable=False),  # RFC 2919, without angle brackets; never changes
    Column("basis", String(80), nullable=False),  # why we may write to them: consent, project-partners …
    Column("sender", Text, nullable=False, default=""),  # ``Name <address>``; empty: that of the channel
    Column("reply_to", Text, nullable=False, default=""),
    Column("is_public", Boolean, nullable=False),  # whether people can sign up by themselves, and read its archive
    Column("created_at", Instant, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("address", String(320), nullable=False),  # normal form; other case of the same is the same person
    Column("name", Text, nullable=False, default=""),
    Column("language", String(10), nullable=False, default=""),
    Column("attributes", JSON, nullable=False),
    Column("paused_until", Instant),
    Column("score", Float, nullable=False, default=0.0),  # of bounces, as it was at …
    Column("scored_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("list", ForeignKey("lists.name", ondelete="CASCADE"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("ended_at", Instant),  # empty: subscribed
    Column("ended_by", String(40), nullable=False, default=""),
    Unique("subscriber", "list"),
)
Index(None, subscriptions.c.list, subscriptions.c.subscriber)

consent_texts = Table(
    "consent_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),  # over language and words
    Column("language", String(10), nullable=False),
    Column("version", String(40), nullable=False),
    Column("words", Text, nullable=False),  # exactly what stood there
    Column("first_used_at", Instant, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("list", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("act", String(12), nullable=False),  # given | withdrawn
    Column("how", String(20), nullable=False),  # form | import | staff | one-click | mail | page
    Column("text", ForeignKey("consent_texts.id")),
    Column("proof", Text, nullable=False, default=""),  # what shows it: times of asking and confirming, file and row
)
Index(None, consents.c.subscriber)

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("list", String(80), nullable=False),  # of a list, or of an audience from a file; empty: everything
    Column("reason", String(20), nullable=False),  # hard-bounce | complaint | unsubscribed | erased | staff
    Column("detail", Text, nullable=False, default=""),  # never an address
    Column("since", Instant, nullable=False),
    Unique("hash", "list"),
)
Index(None, suppressions.c.since)

signups = Table(
    "signups",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of what stands in the link
    Column("address", String(320), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("language", String(10), nullable=False),
    Column("lists", JSON, nullable=False),
    Column("text", ForeignKey("consent_texts.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("proof", Text, nullable=False, default=""),
)
Index(None, signups.c.expires_at)

bounces = Table(
    "bounces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # of the mail that came back: it counts once
    Column("at", Instant, nullable=False),
    Column("hash", String(64), nullable=False),  # empty: whose it is can't be told
    Column("key", String(300), nullable=False, default=""),  # of the mailing, where that is known
    Column("kind", String(14), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("status", String(20), nullable=False, default=""),  # RFC 3463
    Column("action", String(40), nullable=False),
    Column("source", String(10), nullable=False),  # smtp | imap | file
)
Index(None, bounces.c.hash)
Index(None, bounces.c.key)

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("language", String(10), nullable=False),
    Column("variant", String(64), nullable=False),  # which of the personal parts are there
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),  # as `publisher.channels.formletter` packs it
    Unique("key", "language", "variant"),
)

canaries = Table(
    "canaries",
    metadata,
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
    Column("readers", Integer, nullable=False),  # so many come first; the others are PLANNED meanwhile
    Column("begun_at", Instant, nullable=False),
    Column("until", Instant),  # all of them were tried, and the others wait until then
    Column("held", Text, nullable=False, default=""),  # what was wrong when they were looked at
)

archive = Table(
    "archive",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(300), nullable=False),
    Column("list", String(80), nullable=False),
    Column("language", String(10), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the mail that went out
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),  # pictures stand in it as ``data:``
    Unique("key", "list", "language"),
)
Index(None, archive.c.list, archive.c.language, archive.c.sent_at)

rates = Table(
    "rates",
    metadata,
    Column("name", String(200), primary_key=True),  # a server, or a server and the domain of readers
    Column("per_second", Float, nullable=False),  # as it is now; 0: none
    Column("level", Float, nullable=False),  # tokens, as they were at …
    Column("at", Instant, nullable=False),
    Column("not_before", Instant),  # the server asked to wait
)
