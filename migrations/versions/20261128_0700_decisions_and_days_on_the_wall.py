"""Decisions with their quorum, and how long a notice stays on the wall (the law in force since 2026)."""

import sqlalchemy as sa
from alembic import op

revision = "e1a4c6b72d90"
down_revision = "d7e2b8f01c53"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("village_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("meeting", sa.String(16), nullable=False),
        sa.Column("group_no", sa.Integer(), nullable=True),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("urgent", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=False),
        sa.Column("votes_against", sa.Integer(), nullable=False),
        sa.Column("discussed_on", sa.Date(), nullable=True),
        sa.Column("authorised_on", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "meeting IN ('adults','households','representatives','group_adults','group_houses')",
            name=op.f("ck_decisions_meeting_known"),
        ),
        sa.CheckConstraint(
            "(meeting IN ('group_adults','group_houses')) = (group_no IS NOT NULL)",
            name=op.f("ck_decisions_a_group_is_named"),
        ),
        sa.CheckConstraint(
            "present >= 1 AND present <= entitled",
            name=op.f("ck_decisions_present_of_those_entitled"),
        ),
        sa.CheckConstraint(
            "CASE WHEN meeting = 'adults' THEN present * 2 > entitled"
            " ELSE present * 3 >= entitled * 2 END",
            name=op.f("ck_decisions_quorum"),
        ),
        sa.CheckConstraint("votes_for * 2 > present", name=op.f("ck_decisions_majority")),
        sa.CheckConstraint(
            "votes_against >= 0 AND votes_for + votes_against <= present",
            name=op.f("ck_decisions_votes_of_those_present"),
        ),
        sa.CheckConstraint(
            "meeting <> 'representatives' OR authorised_on IS NOT NULL",
            name=op.f("ck_decisions_authorised"),
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["places.id"], name=op.f("fk_decisions_village_id")
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["staff.id"], name=op.f("fk_decisions_noted_by")),
        sa.PrimaryKeyConstraint("village_id", "id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_held", "decisions", ["village_id", "held_on"])
    with op.batch_alter_table("rule_sets", naming_convention=NAMES) as rule_sets:
        rule_sets.add_column(sa.Column("decision_id", sa.Uuid(), nullable=True))
        rule_sets.create_foreign_key(
            op.f("fk_rule_sets_village_id_decision_id"),
            "decisions",
            ["village_id", "decision_id"],
            ["village_id", "id"],
        )
    op.add_column("notices", sa.Column("hangs_until", sa.Date(), nullable=True))
    op.add_column("notices", sa.Column("taken_down_on", sa.Date(), nullable=True))
    op.add_column("notices", sa.Column("wall_photo", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notices", naming_convention=NAMES) as notices:
        notices.drop_column("wall_photo")
        notices.drop_column("taken_down_on")
        notices.drop_column("hangs_until")
    with op.batch_alter_table("rule_sets", naming_convention=NAMES) as rule_sets:
        rule_sets.drop_constraint(op.f("fk_rule_sets_village_id_decision_id"), type_="foreignkey")
        rule_sets.drop_column("decision_id")
    op.drop_index("ix_decisions_held", "decisions")
    op.drop_table("decisions")
