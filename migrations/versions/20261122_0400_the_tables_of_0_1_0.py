"""The tables of 0.1.0, room by room.

The first revision of every database: what 0.1.0 was made of in three steps while nobody used it yet,
made in one. It keeps the id of the last of them, so that what 0.1.0 left behind needs nothing
(tests/data/0.1.0). Since then no migration is squashed or changed: docs/adr/0013.

Names follow the convention of `governance/base/database.py`: ck_<table>_<law>, uq_<table>_<columns>,
fk_<table>_<columns>, pk_<table>. Columns that came in the later steps stand last, as they do there.
"""

import sqlalchemy as sa
from alembic import op

revision = "8b41c0d7e6a3"
down_revision = None

ID = sa.Uuid()
NUMBER = sa.Integer()
YES_OR_NO = sa.Boolean()
DAY = sa.Date()
MOMENT = sa.DateTime(timezone=True)
TEXT = sa.Text()
JSON = sa.JSON()


def must(name: str, kind: sa.types.TypeEngine, **more: object) -> sa.Column:
    """A column that is always filled."""
    return sa.Column(name, kind, nullable=False, **more)


def may(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def law(name: str, words: str) -> sa.CheckConstraint:
    """What every row obeys, named as a sentence."""
    return sa.CheckConstraint(words, name=name)


def to(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A key to one of the tables all villages share."""
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])


def within(column: str, table: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A key to another table of the same village."""
    return sa.ForeignKeyConstraint(
        ["village_id", column], [f"{table}.village_id", f"{table}.{key}"]
    )


def unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    """An index that lets a key stand once among the rows of a condition."""
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    book()
    places_and_people()
    rules()
    awards()
    publicity()
    shop()
    oversight()


def downgrade() -> None:
    for name in TABLES[::-1]:
        op.drop_table(name)


def book() -> None:
    """The book of points, and what is added up from it."""
    op.create_table(
        "accounts",
        must("village_id", ID),
        must("household_id", ID),
        must("standing", NUMBER),
        must("spendable", NUMBER),
        must("owed", NUMBER, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("village_id", "household_id"),
        law("owed_is_paid_first", "owed >= 0 AND (owed = 0 OR spendable = 0)"),
        law("spendable_not_negative", "spendable >= 0"),
    )
    op.create_table(
        "lines",
        must("village_id", ID),
        must("seq", NUMBER),
        must("household_id", ID),
        must("standing", NUMBER),
        must("spendable", NUMBER),
        must("standing_after", NUMBER),
        must("spendable_after", NUMBER),
        must("kind", sa.String(12)),
        must("memo", TEXT),
        may("source", ID),
        may("actor", ID),
        must("key", sa.String(80)),
        may("reverses", NUMBER),
        must("at", MOMENT),
        must("prev_hash", sa.String(64)),
        must("hash", sa.String(64)),
        must("owed", NUMBER, server_default=sa.text("0")),
        must("owed_after", NUMBER, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("village_id", "seq"),
        sa.UniqueConstraint("village_id", "key"),
        sa.UniqueConstraint("village_id", "reverses"),
        within("household_id", "accounts", "household_id"),
        within("reverses", "lines", "seq"),
        law("owed_is_paid_first", "owed_after >= 0 AND (owed_after = 0 OR spendable_after = 0)"),
        law("reversal_names_its_line", "(kind = 'reversal') = (reverses IS NOT NULL)"),
        law(
            "kind_known",
            "kind IN ('base','award','redemption','return','expiry','reversal','opening')",
        ),
        law("seq_from_one", "seq >= 1"),
        law("spendable_not_negative", "spendable_after >= 0"),
    )
    op.create_index("ix_lines_household", "lines", ["village_id", "household_id", "seq"])
    op.create_table(
        "heads",
        must("village_id", ID),
        must("seq", NUMBER),
        must("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("village_id"),
    )
    op.create_table(
        "months",
        must("village_id", ID),
        must("month", NUMBER),
        must("household_id", ID),
        must("points", NUMBER),
        must("entries", NUMBER),
        sa.PrimaryKeyConstraint("village_id", "month", "household_id"),
    )
    op.create_index("ix_months_board", "months", ["village_id", "month", "points"])
    op.create_table(
        "category_months",
        must("village_id", ID),
        must("month", NUMBER),
        must("category", sa.String(20)),
        must("plus", NUMBER),
        must("minus", NUMBER),
        must("entries", NUMBER),
        sa.PrimaryKeyConstraint("village_id", "month", "category"),
    )


def places_and_people() -> None:
    """Places, staff and their posts, households, their members and codes."""
    op.create_table(
        "places",
        must("id", ID),
        must("level", sa.String(8)),
        must("code", sa.String(14)),
        must("name", sa.String(60)),
        may("parent_id", ID),
        must("tag", sa.String(6)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("tag"),
        to("parent_id", "places"),
        law("only_a_county_is_a_root", "(level = 'county') = (parent_id IS NULL)"),
        law("level_known", "level IN ('county','town','village','grid')"),
    )
    op.create_index("ix_places_parent_id", "places", ["parent_id"])
    op.create_table(
        "staff",
        must("id", ID),
        must("username", sa.String(30)),
        must("name", sa.String(30)),
        must("password_hash", sa.String(200)),
        must("active", YES_OR_NO),
        must("epoch", NUMBER),
        must("wrong_tries", NUMBER),
        may("locked_until", MOMENT),
        must("added_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "appointments",
        must("id", ID),
        must("staff_id", ID),
        must("role", sa.String(12)),
        may("place_id", ID),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "role", "place_id"),
        to("place_id", "places"),
        to("staff_id", "staff"),
        law(
            "role_known",
            "role IN ('officer','committee','supervisor','storekeeper','town','county','admin')",
        ),
    )
    op.create_index("ix_appointments_place_id", "appointments", ["place_id"])
    op.create_table(
        "public_places",
        must("village_id", ID),
        must("id", ID),
        must("grid_id", ID),
        must("name", sa.String(40)),
        must("made_at", MOMENT),
        may("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("grid_id", "places"),
        to("village_id", "places"),
    )
    op.create_table(
        "households",
        must("village_id", ID),
        must("id", ID),
        must("grid_id", ID),
        must("group_no", NUMBER),
        must("number", NUMBER),
        must("head", sa.String(30)),
        must("door", sa.String(60)),
        must("size", NUMBER),
        must("phone", sa.String(20)),
        must("status", sa.String(8)),
        must("party", YES_OR_NO),
        must("note", sa.String(200)),
        must("added_at", MOMENT),
        may("closed_on", DAY),
        must("minor", YES_OR_NO, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("grid_id", "places"),
        to("village_id", "places"),
        within("id", "accounts", "household_id"),
        law("status_known", "status IN ('resident','away','seasonal','empty')"),
        law("code_from_one", "group_no >= 1 AND number >= 1"),
        law("size_not_negative", "size >= 0"),
    )
    op.create_index("ix_households_grid", "households", ["village_id", "grid_id"])
    unique_where(
        "uq_households_code_open",
        "households",
        ["village_id", "group_no", "number"],
        "closed_on IS NULL",
    )
    op.create_table(
        "members",
        must("village_id", ID),
        must("id", ID),
        must("household_id", ID),
        must("position", NUMBER),
        must("name", sa.String(30)),
        must("relation", sa.String(20)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        within("household_id", "households"),
    )
    op.create_index("ix_members_household", "members", ["village_id", "household_id", "position"])
    op.create_table(
        "kinships",
        must("village_id", ID),
        must("staff_id", ID),
        must("household_id", ID),
        must("relation", sa.String(8)),
        sa.PrimaryKeyConstraint("village_id", "staff_id", "household_id"),
        to("staff_id", "staff"),
        within("household_id", "households"),
        law("relation_known", "relation IN ('own','relative')"),
    )
    op.create_table(
        "codes",
        must("village_id", ID),
        must("token", sa.String(24)),
        must("kind", sa.String(4)),
        must("household_id", ID),
        may("number", sa.String(8)),
        must("made_at", MOMENT),
        may("replaced_at", MOMENT),
        must("wrong_tries", NUMBER),
        may("locked_until", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "token"),
        within("household_id", "households"),
        law("a_card_has_a_number", "(kind = 'card') = (number IS NOT NULL)"),
        law("kind_known", "kind IN ('door','card')"),
    )
    unique_where(
        "uq_codes_in_use", "codes", ["village_id", "household_id", "kind"], "replaced_at IS NULL"
    )


def rules() -> None:
    """The scheme, the rules in force, rulebooks in draft, inspection sheets."""
    op.create_table(
        "schemes",
        must("village_id", ID),
        must("family", sa.String(1)),
        must("base", NUMBER),
        must("cents_per_point", NUMBER),
        must("phone", sa.String(20)),
        must("publicity_days", NUMBER, server_default=sa.text("5")),
        must("minus_shown", sa.String(6), server_default="group"),
        must("photo_months", NUMBER, server_default=sa.text("12")),
        sa.PrimaryKeyConstraint("village_id"),
        to("village_id", "places"),
        law("publicity_days_known", "publicity_days IN (3,5,7)"),
        law("minus_shown_known", "minus_shown IN ('group','nobody')"),
        law("photo_months_in_range", "photo_months BETWEEN 1 AND 60"),
        law("family_known", "family IN ('A','B')"),
        law("base_not_negative", "base >= 0"),
        law("worth_not_negative", "cents_per_point >= 0"),
    )
    op.create_table(
        "rules",
        must("village_id", ID),
        must("id", ID),
        must("code", sa.String(12)),
        must("version", NUMBER),
        must("position", NUMBER),
        must("category", sa.String(20)),
        must("pillar", sa.String(4)),
        must("behaviour", sa.String(100)),
        must("unit", sa.String(10)),
        must("points_min", NUMBER),
        must("points_max", NUMBER),
        may("cap_count", NUMBER),
        may("cap_period", sa.String(8)),
        must("evidence", sa.String(40)),
        must("review", sa.String(8)),
        must("note", sa.String(200)),
        must("since", DAY),
        may("until", DAY),
        may("assembly_on", DAY),
        must("made_at", MOMENT),
        may("made_by", ID),
        may("remind_days", NUMBER),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "code", "version"),
        to("village_id", "places"),
        law("remind_days_from_one", "remind_days >= 1"),
        law("review_known", "review IN ('auto','first','second')"),
        law("cap_whole", "(cap_count IS NULL) = (cap_period IS NULL)"),
        law("cap_from_one", "cap_count >= 1"),
        law("plus_or_minus_never_zero", "points_min * points_max > 0"),
        law("range_in_order", "points_min <= points_max"),
        law("dates_in_order", "until IS NULL OR until >= since"),
    )
    op.create_table(
        "rule_sets",
        must("village_id", ID),
        must("id", ID),
        must("title", sa.String(60)),
        must("note", TEXT),
        must("state", sa.String(8)),
        must("made_by", ID),
        must("made_at", MOMENT),
        may("assembly_on", DAY),
        may("present", NUMBER),
        may("votes_for", NUMBER),
        may("votes_against", NUMBER),
        may("since", DAY),
        may("ended_by", ID),
        may("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("village_id", "places"),
        to("ended_by", "staff"),
        to("made_by", "staff"),
        law(
            "adopted_whole",
            "(state = 'adopted') = (assembly_on IS NOT NULL) AND (state = 'adopted') = (since IS NOT NULL) AND (state = 'adopted') = (present IS NOT NULL)",
        ),
        law("state_known", "state IN ('draft','adopted','dropped')"),
        law("votes_of_those_present", "votes_for + votes_against <= present"),
    )
    op.create_index("ix_rule_sets_made", "rule_sets", ["village_id", "made_at"])
    op.create_table(
        "draft_rules",
        must("village_id", ID),
        must("id", ID),
        must("set_id", ID),
        must("code", sa.String(12)),
        must("position", NUMBER),
        must("category", sa.String(20)),
        must("pillar", sa.String(4)),
        must("behaviour", sa.String(100)),
        must("unit", sa.String(10)),
        must("points_min", NUMBER),
        must("points_max", NUMBER),
        may("cap_count", NUMBER),
        may("cap_period", sa.String(8)),
        must("evidence", sa.String(40)),
        must("review", sa.String(8)),
        may("remind_days", NUMBER),
        must("note", sa.String(200)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "set_id", "code"),
        within("set_id", "rule_sets"),
    )
    op.create_table(
        "inspection_sheets",
        must("village_id", ID),
        must("id", ID),
        must("code", sa.String(20)),
        must("version", NUMBER),
        must("title", sa.String(40)),
        must("target", sa.String(9)),
        must("full", NUMBER),
        must("content", JSON),
        must("outcomes", JSON),
        may("remind", JSON),
        must("since", DAY),
        may("until", DAY),
        must("made_at", MOMENT),
        may("made_by", ID),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "code", "version"),
        to("village_id", "places"),
        law("target_known", "target IN ('household','public','both')"),
        law("full_not_negative", '"full" >= 0'),
        law("dates_in_order", "until IS NULL OR until >= since"),
    )


def awards() -> None:
    """What officers see: awards, reminders, inspections, photos, items handed to the committee."""
    op.create_table(
        "awards",
        must("village_id", ID),
        must("id", ID),
        must("household_id", ID),
        must("grid_id", ID),
        must("rule_id", ID),
        must("rule_code", sa.String(12)),
        must("category", sa.String(20)),
        must("behaviour", sa.String(100)),
        must("review", sa.String(8)),
        must("points", NUMBER),
        must("note", TEXT),
        must("seen_at", MOMENT),
        must("seen_on", DAY),
        must("state", sa.String(10)),
        must("filed_by", ID),
        must("filed_at", MOMENT),
        may("first_by", ID),
        may("first_at", MOMENT),
        may("second_by", ID),
        may("second_at", MOMENT),
        may("ended_by", ID),
        may("ended_at", MOMENT),
        may("reason", TEXT),
        must("content", sa.String(64)),
        may("undo_by", ID),
        may("undo_at", MOMENT),
        may("undo_reason", TEXT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("grid_id", "places"),
        to("ended_by", "staff"),
        to("filed_by", "staff"),
        to("first_by", "staff"),
        to("second_by", "staff"),
        to("undo_by", "staff"),
        within("household_id", "households"),
        within("rule_id", "rules"),
        law("undo_takes_two", "state <> 'reversed' OR undo_by IS NULL OR undo_by <> ended_by"),
        law("undo_has_a_reason", "(undo_by IS NULL) = (undo_reason IS NULL)"),
        law("a_no_has_a_reason", "(state IN ('rejected','reversed')) = (reason IS NOT NULL)"),
        law(
            "state_known",
            "state IN ('filed','checked','published','booked','rejected','withdrawn','reversed')",
        ),
        law("first_is_another", "first_by IS NULL OR first_by <> filed_by"),
        law("points_not_zero", "points <> 0"),
        law(
            "second_is_a_third",
            "second_by IS NULL OR (second_by <> filed_by AND second_by <> first_by)",
        ),
    )
    op.create_index("ix_awards_filer", "awards", ["village_id", "filed_by", "filed_at"])
    op.create_index(
        "ix_awards_household", "awards", ["village_id", "household_id", "rule_code", "seen_on"]
    )
    op.create_index("ix_awards_queue", "awards", ["village_id", "state", "filed_at"])
    op.create_table(
        "photos",
        must("village_id", ID),
        must("id", ID),
        may("award_id", ID),
        must("taken_by", ID),
        must("named_at", MOMENT),
        may("stored_at", MOMENT),
        may("removed_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("village_id", "places"),
        to("taken_by", "staff"),
    )
    op.create_index("ix_photos_award", "photos", ["village_id", "award_id"])
    op.create_table(
        "reminders",
        must("village_id", ID),
        must("id", ID),
        must("year", NUMBER),
        must("number", NUMBER),
        must("household_id", ID),
        must("grid_id", ID),
        must("rule_id", ID),
        must("rule_code", sa.String(12)),
        must("behaviour", sa.String(100)),
        must("points", NUMBER),
        must("note", TEXT),
        must("seen_at", MOMENT),
        must("deadline", DAY),
        must("filed_by", ID),
        must("filed_at", MOMENT),
        must("state", sa.String(10)),
        may("settled_by", ID),
        may("settled_at", MOMENT),
        may("award_id", ID),
        may("reason", TEXT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "year", "number"),
        to("grid_id", "places"),
        to("village_id", "places"),
        to("filed_by", "staff"),
        to("settled_by", "staff"),
        within("award_id", "awards"),
        within("household_id", "households"),
        within("rule_id", "rules"),
        law("settled_by_somebody", "(state = 'open') = (settled_by IS NULL)"),
        law("state_known", "state IN ('open','corrected','deducted','withdrawn')"),
    )
    op.create_index("ix_reminders_award", "reminders", ["village_id", "award_id"])
    op.create_index("ix_reminders_household", "reminders", ["village_id", "household_id", "state"])
    op.create_index("ix_reminders_queue", "reminders", ["village_id", "state", "deadline"])
    op.create_table(
        "inspections",
        must("village_id", ID),
        must("id", ID),
        may("household_id", ID),
        may("public_place_id", ID),
        must("grid_id", ID),
        must("sheet_id", ID),
        must("sheet_code", sa.String(20)),
        must("findings", JSON),
        must("consent", YES_OR_NO),
        must("score", NUMBER),
        must("seen_at", MOMENT),
        must("seen_on", DAY),
        must("filed_by", ID),
        must("filed_at", MOMENT),
        may("award_id", ID),
        may("reminder_id", ID),
        must("content", sa.String(64)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("grid_id", "places"),
        to("village_id", "places"),
        to("filed_by", "staff"),
        within("award_id", "awards"),
        within("household_id", "households"),
        within("public_place_id", "public_places"),
        within("reminder_id", "reminders"),
        within("sheet_id", "inspection_sheets"),
        law("of_one_place", "(household_id IS NULL) <> (public_place_id IS NULL)"),
        law("score_not_negative", "score >= 0"),
    )
    op.create_index("ix_inspections_day", "inspections", ["village_id", "seen_on"])
    op.create_index(
        "ix_inspections_household",
        "inspections",
        ["village_id", "household_id", "sheet_code", "seen_at"],
    )
    op.create_table(
        "held_items",
        must("village_id", ID),
        must("id", ID),
        must("item", JSON),
        must("household_id", ID),
        may("rule_id", ID),
        may("sheet_id", ID),
        must("seen_at", MOMENT),
        must("why", sa.String(30)),
        must("filed_by", ID),
        must("filed_at", MOMENT),
        must("state", sa.String(8)),
        may("decided_by", ID),
        may("decided_at", MOMENT),
        may("reason", TEXT),
        must("content", sa.String(64)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("village_id", "places"),
        to("decided_by", "staff"),
        to("filed_by", "staff"),
        within("rule_id", "rules"),
        within("sheet_id", "inspection_sheets"),
        law("a_no_has_a_reason", "(state = 'dropped') = (reason IS NOT NULL)"),
        law("decided_by_somebody", "(state = 'held') = (decided_by IS NULL)"),
        law("state_known", "state IN ('held','accepted','dropped')"),
        law("by_rule_or_sheet", "(rule_id IS NULL) <> (sheet_id IS NULL)"),
        law("decided_by_another", "decided_by IS NULL OR decided_by <> filed_by"),
    )
    op.create_index("ix_held_items_filer", "held_items", ["village_id", "filed_by", "filed_at"])
    op.create_index("ix_held_items_queue", "held_items", ["village_id", "state", "filed_at"])


def publicity() -> None:
    """Notices and objections."""
    op.create_table(
        "notices",
        must("village_id", ID),
        must("id", ID),
        may("year", NUMBER),
        may("number", NUMBER),
        must("first_on", DAY),
        must("last_on", DAY),
        must("days", NUMBER),
        must("state", sa.String(10)),
        must("made_by", ID),
        must("made_at", MOMENT),
        may("posted_by", ID),
        may("posted_at", MOMENT),
        may("closes_at", MOMENT),
        may("head_seq", NUMBER),
        may("head_hash", sa.String(64)),
        may("closed_at", MOMENT),
        may("ended_by", ID),
        may("ended_at", MOMENT),
        may("reason", TEXT),
        may("replaces", ID),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "year", "number"),
        to("village_id", "places"),
        to("ended_by", "staff"),
        to("made_by", "staff"),
        to("posted_by", "staff"),
        within("replaces", "notices"),
        law(
            "posted_whole",
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (posted_at IS NULL) AND (state = 'draft') = (closes_at IS NULL)",
        ),
        law("withdrawn_with_reason", "(state = 'withdrawn') = (reason IS NOT NULL)"),
        law("state_known", "state IN ('draft','posted','closed','withdrawn')"),
        law("days_known", "days IN (3,5,7)"),
        law("period_in_order", "first_on <= last_on"),
    )
    op.create_index("ix_notices_due", "notices", ["village_id", "state", "closes_at"])
    op.create_table(
        "notice_items",
        must("village_id", ID),
        must("notice_id", ID),
        must("position", NUMBER),
        must("award_id", ID),
        must("listed", sa.String(10)),
        must("household_id", ID),
        may("group_no", NUMBER),
        must("name", sa.String(30)),
        must("behaviour", sa.String(100)),
        must("points", NUMBER),
        must("seen_on", DAY),
        sa.PrimaryKeyConstraint("village_id", "notice_id", "position"),
        sa.UniqueConstraint("village_id", "notice_id", "award_id", "listed"),
        within("award_id", "awards"),
        within("notice_id", "notices"),
        law("listed_known", "listed IN ('checked','booked','reversed')"),
    )
    op.create_index("ix_notice_items_award", "notice_items", ["village_id", "award_id"])
    op.create_table(
        "objections",
        must("village_id", ID),
        must("id", ID),
        must("year", NUMBER),
        must("number", NUMBER),
        must("household_id", ID),
        may("award_id", ID),
        may("line_seq", NUMBER),
        must("channel", sa.String(8)),
        must("words", TEXT),
        may("entered_by", ID),
        must("made_at", MOMENT),
        must("due_on", DAY),
        must("state", sa.String(10)),
        may("decided_by", ID),
        may("decided_at", MOMENT),
        may("answer", TEXT),
        may("remedy_id", ID),
        may("appealed_at", MOMENT),
        may("appeal_words", TEXT),
        may("final_due_on", DAY),
        may("final_by", ID),
        may("final_at", MOMENT),
        may("final_answer", TEXT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "year", "number"),
        to("village_id", "places"),
        to("decided_by", "staff"),
        to("entered_by", "staff"),
        to("final_by", "staff"),
        within("award_id", "awards"),
        within("household_id", "households"),
        within("line_seq", "lines", "seq"),
        within("remedy_id", "awards"),
        law("entered_by_somebody", "(channel = 'page') = (entered_by IS NULL)"),
        law(
            "decided_with_reasons",
            "(state = 'open') = (decided_by IS NULL) AND (state = 'open') = (answer IS NULL)",
        ),
        law("channel_known", "channel IN ('page','spoken','phoned','written')"),
        law("state_known", "state IN ('open','upheld','dismissed','appealed')"),
        law("final_with_reasons", "(final_by IS NULL) = (final_answer IS NULL)"),
        law("one_thing", "award_id IS NULL OR line_seq IS NULL"),
    )
    op.create_index("ix_objections_award", "objections", ["village_id", "award_id"])
    op.create_index("ix_objections_household", "objections", ["village_id", "household_id"])
    op.create_index("ix_objections_queue", "objections", ["village_id", "state", "due_on"])


def shop() -> None:
    """Gifts and redemptions."""
    op.create_table(
        "gifts",
        must("village_id", ID),
        must("id", ID),
        must("name", sa.String(40)),
        must("points", NUMBER),
        must("stock", NUMBER),
        must("worth_cents", NUMBER),
        may("month_limit", NUMBER),
        must("offered", YES_OR_NO),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "name"),
        to("village_id", "places"),
        law("limit_from_one", "month_limit >= 1"),
        law("price_from_one", "points >= 1"),
        law("stock_not_negative", "stock >= 0"),
        law("worth_not_negative", "worth_cents >= 0"),
    )
    op.create_table(
        "stock_moves",
        must("village_id", ID),
        must("id", ID),
        must("gift_id", ID),
        must("change", NUMBER),
        must("kind", sa.String(12)),
        may("redemption_id", ID),
        must("note", sa.String(100)),
        may("by", ID),
        must("at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("by", "staff"),
        within("gift_id", "gifts"),
        law("kind_known", "kind IN ('delivery','count','redemption','return')"),
        law("change_not_zero", "change <> 0"),
    )
    op.create_index("ix_stock_moves_gift", "stock_moves", ["village_id", "gift_id", "at"])
    op.create_table(
        "redemptions",
        must("village_id", ID),
        must("id", ID),
        must("household_id", ID),
        must("state", sa.String(12)),
        must("cost", NUMBER),
        must("made_by", ID),
        must("made_at", MOMENT),
        may("ended_by", ID),
        may("ended_at", MOMENT),
        may("reason", sa.String(200)),
        must("content", sa.String(64)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("ended_by", "staff"),
        to("made_by", "staff"),
        within("household_id", "households"),
        law("state_known", "state IN ('reserved','handed_over','cancelled','returned')"),
        law("cost_from_one", "cost >= 1"),
    )
    op.create_index("ix_redemptions_day", "redemptions", ["village_id", "made_at"])
    op.create_index(
        "ix_redemptions_household", "redemptions", ["village_id", "household_id", "made_at"]
    )
    op.create_table(
        "redemption_items",
        must("village_id", ID),
        must("redemption_id", ID),
        must("gift_id", ID),
        must("name", sa.String(40)),
        must("quantity", NUMBER),
        must("points", NUMBER),
        sa.PrimaryKeyConstraint("village_id", "redemption_id", "gift_id"),
        within("gift_id", "gifts"),
        within("redemption_id", "redemptions"),
        law("price_from_one", "points >= 1"),
        law("quantity_from_one", "quantity >= 1"),
    )
    op.create_index("ix_redemption_items_gift", "redemption_items", ["village_id", "gift_id"])


def oversight() -> None:
    """Who did what, samples, complaints."""
    op.create_table(
        "acts",
        must("village_id", ID),
        must("id", ID),
        must("at", MOMENT),
        must("staff_id", ID),
        must("what", sa.String(60)),
        may("household_id", ID),
        may("subject_id", ID),
        must("refused", sa.String(40)),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("village_id", "places"),
        to("staff_id", "staff"),
    )
    op.create_index("ix_acts_at", "acts", ["village_id", "at"])
    op.create_table(
        "samples",
        must("village_id", ID),
        must("id", ID),
        must("month", NUMBER),
        must("size", NUMBER),
        must("pool", NUMBER),
        must("seed", sa.String(32)),
        must("drawn_by", ID),
        must("drawn_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        to("village_id", "places"),
        to("drawn_by", "staff"),
        law("size_from_one", "size >= 1"),
    )
    op.create_table(
        "sample_items",
        must("village_id", ID),
        must("sample_id", ID),
        must("position", NUMBER),
        must("award_id", ID),
        must("result", sa.String(6)),
        must("note", TEXT),
        may("looked_by", ID),
        may("looked_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "sample_id", "position"),
        to("looked_by", "staff"),
        within("award_id", "awards"),
        within("sample_id", "samples"),
        law("looked_by_somebody", "(result = '') = (looked_by IS NULL)"),
        law("result_known", "result IN ('','true','doubt')"),
    )
    op.create_table(
        "complaints",
        must("village_id", ID),
        must("id", ID),
        must("number", sa.String(20)),
        must("words", TEXT),
        must("contact", sa.String(60)),
        must("made_at", MOMENT),
        may("answer", TEXT),
        may("answered_by", ID),
        may("answered_at", MOMENT),
        sa.PrimaryKeyConstraint("village_id", "id"),
        sa.UniqueConstraint("village_id", "number"),
        to("village_id", "places"),
        to("answered_by", "staff"),
        law("answered_by_somebody", "(answer IS NULL) = (answered_by IS NULL)"),
    )
    op.create_index("ix_complaints_queue", "complaints", ["village_id", "made_at"])


TABLES = (
    "accounts",
    "lines",
    "heads",
    "months",
    "category_months",
    "places",
    "staff",
    "appointments",
    "public_places",
    "households",
    "members",
    "kinships",
    "codes",
    "schemes",
    "rules",
    "rule_sets",
    "draft_rules",
    "inspection_sheets",
    "awards",
    "photos",
    "reminders",
    "inspections",
    "held_items",
    "notices",
    "notice_items",
    "objections",
    "gifts",
    "stock_moves",
    "redemptions",
    "redemption_items",
    "acts",
    "samples",
    "sample_items",
    "complaints",
)
