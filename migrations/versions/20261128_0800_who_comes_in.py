"""Who comes in: sign-ins in a table, tries counted for all workers, first passwords, a second step, posts to accept.

A hand-over keeps how the household was known. Locks no longer stand on people and cards, and the
number of a password is no longer needed to end its sign-ins.
"""

import sqlalchemy as sa
from alembic import op

revision = "e7a20b6f93d1"
down_revision = "e1a4c6b72d90"

ID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)
ROLES = "role IN ('officer','committee','supervisor','storekeeper','town','county','admin')"
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def must(name: str, kind: sa.types.TypeEngine, **more: object) -> sa.Column:
    """A column that is always filled."""
    return sa.Column(name, kind, nullable=False, **more)


def may(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def to(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A key of a table that belongs to no village."""
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])


def upgrade() -> None:
    sign_ins()
    posts_to_accept()
    cards()
    first = must("first_password", sa.Boolean(), server_default=sa.false())
    op.add_column("staff", first)
    for table, column in GONE:
        op.drop_column(table, column)
    with op.batch_alter_table("redemptions", naming_convention=NAMES) as redemptions:
        redemptions.add_column(may("proof", sa.String(8)))
        redemptions.add_column(may("no_card", sa.String(200)))
        redemptions.add_column(may("told_at", MOMENT))
        redemptions.create_check_constraint("proof_known", "proof IN ('scanned','number','none')")
        redemptions.create_check_constraint(
            "no_card_has_a_reason", "(proof = 'none') = (no_card IS NOT NULL)"
        )


GONE = (
    ("staff", "epoch"),
    ("staff", "wrong_tries"),
    ("staff", "locked_until"),
    ("codes", "wrong_tries"),
    ("codes", "locked_until"),
)


def sign_ins() -> None:
    """Who is let in where, what happened at the sign-in, what was tried, the second step."""
    op.create_table(
        "sign_ins",
        must("id", ID),
        must("staff_id", ID),
        must("began_at", MOMENT),
        must("seen_at", MOMENT),
        must("ends_at", MOMENT),
        must("address", sa.String(45)),
        must("device", sa.String(40)),
        sa.PrimaryKeyConstraint("id"),
        to("staff_id", "staff"),
    )
    op.create_index("ix_sign_ins_staff_id", "sign_ins", ["staff_id"])
    op.create_table(
        "sign_in_events",
        must("id", ID),
        must("at", MOMENT),
        must("what", sa.String(12)),
        may("staff_id", ID),
        may("by", ID),
        must("address", sa.String(45)),
        must("device", sa.String(40)),
        sa.PrimaryKeyConstraint("id"),
        to("staff_id", "staff"),
        to("by", "staff"),
    )
    op.create_index("ix_sign_in_events_staff", "sign_in_events", ["staff_id", "at"])
    op.create_index("ix_sign_in_events_at", "sign_in_events", ["at"])
    op.create_table(
        "tries",
        must("id", sa.String(64)),
        must("tried", sa.Integer()),
        must("ends_at", MOMENT),
        may("subject_id", ID),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tries_ends_at", "tries", ["ends_at"])
    op.create_index("ix_tries_subject_id", "tries", ["subject_id"])
    op.create_table(
        "second_steps",
        must("staff_id", ID),
        must("secret", sa.String(32)),
        must("since", MOMENT),
        must("last_step", sa.BigInteger()),
        must("codes", sa.JSON()),
        sa.PrimaryKeyConstraint("staff_id"),
        to("staff_id", "staff"),
    )


def posts_to_accept() -> None:
    """Posts that somebody is asked to take."""
    op.create_table(
        "nominations",
        must("id", ID),
        must("staff_id", ID),
        must("role", sa.String(12)),
        must("place_id", ID),
        must("made_by", ID),
        must("made_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "role", "place_id"),
        to("staff_id", "staff"),
        to("place_id", "places"),
        to("made_by", "staff"),
        sa.CheckConstraint(ROLES, name="role_known"),
    )
    op.create_index("ix_nominations_place_id", "nominations", ["place_id"])


def cards() -> None:
    """Cards that a storekeeper has just had before them."""
    op.create_table(
        "cards_shown",
        must("village_id", ID),
        must("household_id", ID),
        must("staff_id", ID),
        must("token", sa.String(24)),
        must("how", sa.String(8)),
        must("at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "household_id", "staff_id"),
        to("staff_id", "staff"),
        sa.ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        sa.ForeignKeyConstraint(["village_id", "token"], ["codes.village_id", "codes.token"]),
        sa.CheckConstraint("how IN ('scanned','number')", name="how_known"),
    )


def downgrade() -> None:
    with op.batch_alter_table("redemptions", naming_convention=NAMES) as redemptions:
        redemptions.drop_constraint(op.f("ck_redemptions_no_card_has_a_reason"), type_="check")
        redemptions.drop_constraint(op.f("ck_redemptions_proof_known"), type_="check")
        for name in ("told_at", "no_card", "proof"):
            redemptions.drop_column(name)
    zero = sa.text("0")
    for table in ("codes", "staff"):
        op.add_column(table, must("wrong_tries", sa.Integer(), server_default=zero))
        op.add_column(table, may("locked_until", MOMENT))
    op.add_column("staff", must("epoch", sa.Integer(), server_default=sa.text("1")))
    op.drop_column("staff", "first_password")
    for name in (
        "cards_shown",
        "nominations",
        "second_steps",
        "tries",
        "sign_in_events",
        "sign_ins",
    ):
        op.drop_table(name)
