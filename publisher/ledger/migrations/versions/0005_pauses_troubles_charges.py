"""Pauses, what the team has to know, notes that were given, and what posts cost."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Four tables; nothing that was there changes."""
    _pauses()
    _troubles()
    _notes()
    _charges()


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_pauses"),
    )


def _troubles() -> None:
    op.create_table(
        "troubles",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(340), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("mend", sa.Text, nullable=False),
        sa.Column("told_at", Instant),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_troubles"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notes"),
    )


def _charges() -> None:
    op.create_table(
        "charges",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("amount", sa.String(30), nullable=False),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_charges"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_charges_key", ondelete="CASCADE"),
    )
    op.create_index("ix_charges_channel_month", "charges", ["channel", "month"])
