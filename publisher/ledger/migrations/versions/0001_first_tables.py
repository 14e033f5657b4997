"""The first tables."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Deliveries, their attempts, the readers of mailings, and approvals."""
    _deliveries()
    _attempts()
    _recipients()
    _approvals()


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("occurrence", sa.String(250), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("channel_type", sa.String(20), nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("local", sa.String(16), nullable=False),
        sa.Column("nominal_local", sa.String(16), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("settled_by", sa.String(80), nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.Column("remote_id", sa.String(200), nullable=False),
        sa.Column("remote_url", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])
    op.create_index("ix_deliveries_source_id", "deliveries", ["source_id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_attempts_key", ondelete="CASCADE"),
        sa.UniqueConstraint("key", "number", name="uq_attempts_key_number"),
    )


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("remote_id", sa.String(200), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recipients"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_recipients_key", ondelete="CASCADE"),
        sa.UniqueConstraint("key", "address", name="uq_recipients_key_address"),
    )
    op.create_index("ix_recipients_key_state", "recipients", ["key", "state"])


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.UniqueConstraint("key", "who", name="uq_approvals_key_who"),
    )
