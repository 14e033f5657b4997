"""Until when a platform wants nothing from a channel; the file and the templates in force."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Two tables; nothing that was there changes."""
    op.create_table(
        "rests",
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_rests"),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
