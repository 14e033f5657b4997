"""Mailing lists, consent, suppression, bounces, frozen letters, the archive, and rates."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Eleven tables; of what was there, a mailing knows how many it was for, and an index until when readers wait."""
    _lists()
    _subscribers()
    _consents()
    _suppressions()
    _signups()
    _bounces()
    _letters()
    _canaries()
    _archive()
    _rates()
    op.drop_index("ix_recipients_key_state", "recipients")
    op.create_index("ix_recipients_key_state_next_at", "recipients", ["key", "state", "next_at"])
    op.add_column("deliveries", sa.Column("candidates", sa.Integer))


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("footer", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("list_id", sa.String(200), nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("reply_to", sa.Text, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lists"),
    )


def _subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("paused_until", Instant),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("scored_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("hash", name="uq_subscribers_hash"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subscriber", sa.Integer, nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("ended_by", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name="fk_subscriptions_subscriber_subscribers", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["list"], ["lists.name"], name="fk_subscriptions_list_lists", ondelete="CASCADE"),
        sa.UniqueConstraint("subscriber", "list", name="uq_subscriptions_subscriber_list"),
    )
    op.create_index("ix_subscriptions_list_subscriber", "subscriptions", ["list", "subscriber"])


def _consents() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("first_used_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_texts"),
        sa.UniqueConstraint("sha256", name="uq_consent_texts_sha256"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subscriber", sa.Integer, nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("text", sa.Integer),
        sa.Column("proof", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name="fk_consents_subscriber_subscribers", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["text"], ["consent_texts.id"], name="fk_consents_text_consent_texts"),
    )
    op.create_index("ix_consents_subscriber", "consents", ["subscriber"])


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("hash", "list", name="uq_suppressions_hash_list"),
    )
    op.create_index("ix_suppressions_since", "suppressions", ["since"])


def _signups() -> None:
    op.create_table(
        "signups",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("lists", sa.JSON, nullable=False),
        sa.Column("text", sa.Integer, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_signups"),
        sa.ForeignKeyConstraint(["text"], ["consent_texts.id"], name="fk_signups_text_consent_texts"),
    )
    op.create_index("ix_signups_expires_at", "signups", ["expires_at"])


def _bounces() -> None:
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(14), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounces"),
        sa.UniqueConstraint("digest", name="uq_bounces_digest"),
    )
    op.create_index("ix_bounces_hash", "bounces", ["hash"])
    op.create_index("ix_bounces_key", "bounces", ["key"])


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("variant", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_letters_key_deliveries", ondelete="CASCADE"),
        sa.UniqueConstraint("key", "language", "variant", name="uq_letters_key_language_variant"),
    )


def _canaries() -> None:
    op.create_table(
        "canaries",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("readers", sa.Integer, nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("until", Instant),
        sa.Column("held", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_canaries"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_canaries_key_deliveries", ondelete="CASCADE"),
    )


def _archive() -> None:
    op.create_table(
        "archive",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("preheader", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archive"),
        sa.UniqueConstraint("key", "list", "language", name="uq_archive_key_list_language"),
    )
    op.create_index("ix_archive_list_language_sent_at", "archive", ["list", "language", "sent_at"])


def _rates() -> None:
    op.create_table(
        "rates",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("per_second", sa.Float, nullable=False),
        sa.Column("level", sa.Float, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("not_before", Instant),
        sa.PrimaryKeyConstraint("name", name="pk_rates"),
    )
