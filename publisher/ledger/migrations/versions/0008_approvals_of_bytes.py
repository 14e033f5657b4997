"""Approvals are bound to bytes, in one language: what was seen is kept with them."""

import sqlalchemy as sa
from alembic import op

from publisher.ledger.tables import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Approvals from before were bound to nothing. They stay as a record, and count for nothing from now on."""
    op.rename_table("approvals", "approvals_before")
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(260), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("local", sa.String(16), nullable=False),
        sa.Column("seen", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_approvals_of_bytes"),
        sa.UniqueConstraint(
            "key", "language", "who", "sha256", "local", name="uq_approvals_key_language_who_sha256_local"
        ),
    )
    op.create_index("ix_approvals_subject", "approvals", ["subject"])
    op.execute(
        "INSERT INTO approvals (key, language, subject, who, author, given_at, sha256, local) "
        "SELECT key, '', '', who, '', given_at, '', '' FROM approvals_before"
    )
    op.drop_table("approvals_before")
