"""The tables. They change only through a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without its zone; anything naive is a mistake of ours."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("occurrence", String(250), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("source_id", String(80), nullable=False),
    Column("step", Text, nullable=False),
    Column("template", String(80), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("channel_type", String(20), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("local", String(16), nullable=False),  # wall time, YYYY-MM-DDTHH:MM
    Column("nominal_local", String(16), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("settled_by", String(80), nullable=False, default=""),  # the person who skipped or resolved it
    Column("next_at", Instant),  # RETRY_WAIT: not before
    Column("attempts", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("owner", String(80), nullable=False, default=""),
    Column("lease_until", Instant),
    Column("payload_sha256", String(64), nullable=False, default=""),
    Column("remote_id", String(200), nullable=False, default=""),
    Column("remote_url", Text, nullable=False, default=""),
    Column("candidates", Integer),  # of a mailing: whom its audience named when it was frozen; empty: not yet
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
Index(None, deliveries.c.state, deliveries.c.due_at)
Index(None, deliveries.c.state, deliveries.c.next_at)
Index(None, deliveries.c.state, deliveries.c.expires_at)
Index(None, deliveries.c.source_id)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(20), nullable=False, default=""),  # empty: under way, or the program died in it
    Column("code", String(60), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("payload_sha256", String(64), nullable=False),
    Column("body", LargeBinary),  # what was about to be published, to know it again when the account is read back
    Column("content_type", String(80), nullable=False, default=""),
    UniqueConstraint("key", "number"),
)

readbacks = Table(
    "readbacks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("saw", String(10), nullable=False),
    Column("detail", Text, nullable=False, default=""),
)
Index(None, readbacks.c.key, readbacks.c.attempt)

recipients = Table(
    "recipients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("address", String(320), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("language", String(10), nullable=False, default=""),
    Column("attributes", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),  # of the claim of the mailing under which it was taken
    Column("next_at", Instant),
    Column("remote_id", String(200), nullable=False, default=""),
    Column("code", String(60), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("key", "address"),
)
Index(None, recipients.c.key, recipients.c.state, recipients.c.next_at)

parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1, in the order of the thread
    Column("body", LargeBinary, nullable=False),  # of its call; ``{part:1}`` stands for an id that is not known yet
    Column("state", String(12), nullable=False),
    Column("fence", Integer, nullable=False, default=0),  # of the claim under which it was tried last
    Column("first_attempt", Integer, nullable=False, default=0),  # in which it was tried first; 0: not yet
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("remote_id", String(200), nullable=False, default=""),
    Column("remote_url", Text, nullable=False, default=""),
    Column("code", String(60), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("follow_until", Instant),  # when the first part is out, the rest may follow until then; empty: for ever
    UniqueConstraint("key", "number"),
)

breakages = Table(
    "breakages",
    metadata,
    Column("file", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("problems", JSON, nullable=False),  # the first of the errors, in the order of the file
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(300), nullable=False),
    Column("language", String(10), nullable=False),
    Column("subject", String(260), nullable=False),  # the same for another time of the same announcement
    Column("who", String(200), nullable=False),
    Column("author", String(200), nullable=False),  # who had changed the entry last; empty: not known
    Column("given_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),  # what it is bound to; empty: given before that was so
    Column("local", String(16), nullable=False),  # wall time, YYYY-MM-DDTHH:MM
    Column("seen", LargeBinary),  # words and bytes that were approved, as compressed JSON
    UniqueConstraint("key", "language", "who", "sha256", "local"),
)
Index(None, approvals.c.subject)

pulse = Table(
    "pulse",
    metadata,
    Column("id", Integer, primary_key=True),  # there is one row, 1
    Column("epoch", String(40), nullable=False),  # random; a copy made by `publisher backup` says so here
    Column("beats", Integer, nullable=False),  # counts up while a daemon lives, and never down
    Column("seen_at", Instant),  # the last instant that was believed …
    Column("uptime", Float, nullable=False),  # … when the computer had run for so many seconds …
    Column("boot", String(40), nullable=False),  # … since this start of it
    Column("held", Text, nullable=False),  # why nothing is sent; empty: things go out
    Column("plan_signature", String(64), nullable=False),  # of all that the plan in force was made from
    Column("planned_at", Instant),
)

pauses = Table(
    "pauses",
    metadata,
    Column("channel", String(80), primary_key=True),  # empty: every channel
    Column("since", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("who", String(80), nullable=False),
)

troubles = Table(
    "troubles",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("subject", String(340), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("words", Text, nullable=False),
    Column("mend", Text, nullable=False),
    Column("told_at", Instant),  # empty: the team does not know yet
)

rests = Table(
    "rests",
    metadata,
    Column("channel", String(80), primary_key=True),
    Column("until", Instant, nullable=False),  # the platform named it: nothing is called before
    Column("reason", Text, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Integer, primary_key=True),  # there is one row, 1
    Column("signature", String(64), nullable=False),  # of the plan that was made from it
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),  # the file and the templates, as `publisher.snapshot` packs them
    Column("kept_at", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("given_at", Instant, nullable=False),
)

charges = Table(
    "charges",
    metadata,
    Column("key", ForeignKey("deliveries.key", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(80), nullable=False),
    Column("month", String(7), nullable=False),  # YYYY-MM on the channel's clock
    Column("amount", String(30), nullable=False),  # a decimal number, exact
    Column("currency", String(10), nullable=False),
)
Index(None, charges.c.channel, charges.c.month)
