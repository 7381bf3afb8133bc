"""The proof covers the house: marks in the chain, what they seal, heads that left the house, checkpoints.

Lines may be marks, which move nothing and belong to no household, and two kinds to come: points that
move with a split or a merge, and the close of a year. Appointments end by a date instead of by
deletion, photos keep the digest of their file, and the calendar's own acts are done by nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "c5d1a7e90b42"
down_revision = "8b41c0d7e6a3"

ID = sa.Uuid()
NUMBER = sa.Integer()
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(64)
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

KINDS = "'base','award','redemption','return','expiry','reversal','opening'"
MARK_ALONE = "(kind = 'mark') = (household_id IS NULL)"
MARK_STILL = (
    "kind <> 'mark' OR (standing = 0 AND spendable = 0 AND owed = 0"
    " AND standing_after = 0 AND spendable_after = 0 AND owed_after = 0)"
)


def must(name: str, kind: sa.types.TypeEngine, **more: object) -> sa.Column:
    """A column that is always filled."""
    return sa.Column(name, kind, nullable=False, **more)


def may(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def changing(table: str):
    """A table whose laws change. Without the convention of names SQLite would lose one."""
    return op.batch_alter_table(table, naming_convention=NAMES)


def upgrade() -> None:
    with changing("lines") as lines:
        lines.alter_column("household_id", existing_type=ID, nullable=True)
        lines.drop_constraint(op.f("ck_lines_kind_known"), type_="check")
        lines.create_check_constraint("kind_known", f"kind IN ({KINDS},'mark','transfer','year')")
        lines.create_check_constraint("only_a_mark_has_no_household", MARK_ALONE)
        lines.create_check_constraint("a_mark_moves_nothing", MARK_STILL)
    with changing("appointments") as appointments:
        appointments.add_column(may("made_at", MOMENT))
        appointments.add_column(may("ended_at", MOMENT))
        appointments.drop_constraint(op.f("uq_appointments_staff_id_role_place_id"), type_="unique")
    held = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_appointments_held",
        "appointments",
        ["staff_id", "role", "place_id"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    with changing("acts") as acts:
        acts.alter_column("staff_id", existing_type=ID, nullable=True)
    op.add_column("photos", may("removed_act", ID))
    op.add_column("photos", may("digest", HASH))
    make_tables()


def make_tables() -> None:
    """What marks seal, heads that left the house, how far a chain was recomputed, and whose turn it is."""
    op.create_table(
        "seals",
        must("village_id", ID),
        must("kind", sa.String(12)),
        must("row_id", ID),
        must("part", NUMBER),
        must("mark_seq", NUMBER),
        may("salt", sa.String(32)),
        must("hash", HASH),
        may("ends", sa.String(40)),
        may("erased_by", ID),
        sa.PrimaryKeyConstraint("village_id", "kind", "row_id", "part", "mark_seq"),
        sa.ForeignKeyConstraint(["village_id", "mark_seq"], ["lines.village_id", "lines.seq"]),
        sa.CheckConstraint("(salt IS NULL) = (erased_by IS NOT NULL)", name="erased_says_why"),
    )
    op.create_index("ix_seals_mark", "seals", ["village_id", "mark_seq", "kind"])
    op.create_table(
        "kept_heads",
        must("village_id", ID),
        must("seq", NUMBER),
        must("hash", HASH),
        must("year", NUMBER),
        must("number", NUMBER),
        may("before_seq", NUMBER),
        may("before_hash", HASH),
        must("follows", sa.Boolean()),
        must("kept_at", MOMENT),
        may("kept_by", ID),
        sa.PrimaryKeyConstraint("village_id", "seq", "hash"),
        sa.ForeignKeyConstraint(["village_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["kept_by"], ["staff.id"]),
        sa.CheckConstraint("(before_seq IS NULL) = (before_hash IS NULL)", name="before_whole"),
    )
    op.create_table(
        "checkpoints",
        must("village_id", ID),
        must("seq", NUMBER),
        must("hash", HASH),
        must("whole_at", MOMENT),
        must("proved_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id"),
        sa.CheckConstraint("seq >= 1", name="seq_from_one"),
    )
    op.create_table(
        "turns",
        must("name", sa.String(40)),
        must("until", MOMENT),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Possible while no notice has sealed anything: a line of a kind that 0.1.0 does not know stays in its way."""
    for table in ("turns", "checkpoints", "kept_heads", "seals"):
        op.drop_table(table)
    op.execute("DELETE FROM appointments WHERE ended_at IS NOT NULL")
    op.execute("DELETE FROM acts WHERE staff_id IS NULL")
    op.drop_index("uq_appointments_held", "appointments")
    with changing("appointments") as appointments:
        appointments.drop_column("ended_at")
        appointments.drop_column("made_at")
        appointments.create_unique_constraint(
            op.f("uq_appointments_staff_id_role_place_id"), ["staff_id", "role", "place_id"]
        )
    with changing("acts") as acts:
        acts.alter_column("staff_id", existing_type=ID, nullable=False)
    with changing("photos") as photos:
        photos.drop_column("digest")
        photos.drop_column("removed_act")
    with changing("lines") as lines:
        lines.drop_constraint(op.f("ck_lines_a_mark_moves_nothing"), type_="check")
        lines.drop_constraint(op.f("ck_lines_only_a_mark_has_no_household"), type_="check")
        lines.drop_constraint(op.f("ck_lines_kind_known"), type_="check")
        lines.create_check_constraint("kind_known", f"kind IN ({KINDS})")
        lines.alter_column("household_id", existing_type=ID, nullable=False)
