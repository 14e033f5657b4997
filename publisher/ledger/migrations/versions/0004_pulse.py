"""The daemon's signs of life, and indexes for the alarm clock's questions."""

import secrets

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One row, with an epoch of its own: no other ledger has it."""
    pulse = op.create_table(
        "pulse",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("epoch", sa.String(40), nullable=False),
        sa.Column("beats", sa.Integer, nullable=False),
        sa.Column("seen_at", Instant),
        sa.Column("uptime", sa.Float, nullable=False),
        sa.Column("boot", sa.String(40), nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("plan_signature", sa.String(64), nullable=False),
        sa.Column("planned_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_pulse"),
    )
    first = {"id": 1, "epoch": secrets.token_hex(8), "beats": 0, "uptime": 0.0, "boot": "", "held": ""}
    op.bulk_insert(pulse, [first | {"plan_signature": ""}])
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])
    op.create_index("ix_deliveries_state_expires_at", "deliveries", ["state", "expires_at"])
