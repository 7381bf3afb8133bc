"""Jobs: what takes longer than a page may, asked for once and done once by a runner beside the server."""

import sqlalchemy as sa
from alembic import op

revision = "a3f09c5e1b27"
down_revision = "e7a20b6f93d1"

OPEN = sa.text("state IN ('waiting','running')")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("village_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','running','done','failed')", name=op.f("ck_jobs_state_known")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting','running'))",
            name=op.f("ck_jobs_ended_when_over"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_jobs_asked_by")),
        sa.PrimaryKeyConstraint("village_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_open", "jobs", ["asked_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("jobs")
