"""Whether an award stands in a notice is told by the index alone.

Without statistics SQLite preferred an index that held all it asked for and knew only the village:
every booked award looked through all lines of all notices.
"""

from alembic import op

revision = "b7d2e0c94a16"
down_revision = "a3f09c5e1b27"


def upgrade() -> None:
    op.drop_index("ix_notice_items_award", "notice_items")
    op.create_index(
        "ix_notice_items_award",
        "notice_items",
        ["village_id", "award_id", "listed", "notice_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_notice_items_award", "notice_items")
    op.create_index("ix_notice_items_award", "notice_items", ["village_id", "award_id"])
