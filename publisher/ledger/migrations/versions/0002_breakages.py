"""What keeps an edit of the schedule file from being taken over."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """At most one row: the file is broken, or it is not."""
    op.create_table(
        "breakages",
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("file", name="pk_breakages"),
    )
