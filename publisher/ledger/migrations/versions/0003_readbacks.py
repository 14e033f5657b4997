"""What is needed to settle an unknown outcome: what was sent, and what reading back saw; a fence for readers."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A table of readbacks, the body of each attempt, and the fence of each reader."""
    op.create_table(
        "readbacks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("saw", sa.String(10), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readbacks"),
        sa.ForeignKeyConstraint(["key"], ["deliveries.key"], name="fk_readbacks_key", ondelete="CASCADE"),
    )
    op.create_index("ix_readbacks_key_attempt", "readbacks", ["key", "attempt"])
    op.add_column("attempts", sa.Column("body", sa.LargeBinary))
    op.add_column("attempts", sa.Column("content_type", sa.String(80), nullable=False, server_default=""))
    op.add_column("recipients", sa.Column("fence", sa.Integer, nullable=False, server_default="0"))
