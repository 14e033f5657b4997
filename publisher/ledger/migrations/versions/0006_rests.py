"""Until when a platform wants nothing from a channel."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One table; nothing that was there changes."""
    op.create_table(
        "rests",
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_rests"),
    )
