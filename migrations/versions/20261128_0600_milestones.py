"""Milestones: what the service itself last did, and when (the clock it trusted, the backup it made)."""

import sqlalchemy as sa
from alembic import op

revision = "d7e2b8f01c53"
down_revision = "c5d1a7e90b42"


def upgrade() -> None:
    op.create_table(
        "milestones",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_milestones")),
    )


def downgrade() -> None:
    op.drop_table("milestones")
