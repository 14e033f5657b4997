"""The parts of threads."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """A table of parts; nothing that was there changes."""
    op.create_table(
        "parts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("first_attempt", sa.Integer, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.Column("remote_id", sa.String(200), nullable=False),
        sa.Column("remote_url", sa.Text, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("follow_until", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_parts"),
        sa.UniqueConstraint("key", "number", name="uq_parts_key_number"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_parts_key", ondelete="CASCADE"),
    )
