"""Verification: whatever is changed in the book by SQL is found and named, by the page, the audit and an outsider."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from governance.affairs.proof import house
from governance.affairs.publicity import verification
from governance.affairs.publicity.notices import notices
from governance.base import clock
from governance.base.database import atomic, db
from governance.base.turns import turn
from governance.ledger import audit, checkpoints
from governance.ledger.book import accounts, heads, lines, months
from governance.ledger.lines import GENESIS, line_hash
from tests.factories import make_award, make_notice, make_rule, make_scorer
from tests.tampering import tamper

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify.py"


@pytest.fixture
def _books_add_up():
    """Here books are bent on purpose."""


@pytest.fixture
def village(village):
    """A book of six lines; the notice was posted after the fourth: its mark is the fifth of seven."""
    for n in range(4):
        make_award(village.scorer, village.homes[n % 2], make_rule(village))
    village.notice = make_notice(village)
    for _ in range(2):
        make_award(village.scorer, village.homes[0], make_rule(village))
    return village


def at(village, seq):
    return (lines.c.village_id == village.id) & (lines.c.seq == seq)


def alter(village):
    tamper(update(lines).where(at(village, 2)).values(memo="别的事"))


def remove(village):
    tamper(delete(lines).where(at(village, 3)))


def insert_between(village):
    """Everything behind moves one back to make room."""
    rows = [
        dict(row._mapping)
        for row in db.session.execute(select(lines).where(lines.c.village_id == village.id))
    ]
    db.session.rollback()
    moved = [row | {"seq": row["seq"] + 1} for row in rows if row["seq"] >= 3]
    extra = next(row for row in rows if row["seq"] == 3) | {"key": "award:made-up"}
    tamper(
        delete(lines).where(lines.c.village_id == village.id, lines.c.seq >= 3),
        insert(lines).values([extra, *moved]),
    )


def swap(village):
    tamper(
        update(lines).where(at(village, 2)).values(seq=99),
        update(lines).where(at(village, 3)).values(seq=2),
        update(lines).where(at(village, 99)).values(seq=3),
    )


TAMPERINGS = [
    (alter, "第 2 条台账明细被改动过。"),
    (remove, "第 3 条台账明细不见了。"),
    (insert_between, "第 3 条台账明细被改动过。"),
    (swap, "第 2 条台账明细与前一条接不上。"),
]


def rewrite(village, upto=4):
    """Rewrite the book consistently: a changed line, every hash, head, account and month made to fit."""
    rows = [
        dict(row._mapping)
        for row in db.session.execute(
            select(lines).where(lines.c.village_id == village.id).order_by(lines.c.seq)
        )
    ]
    db.session.rollback()
    previous = GENESIS
    for row in rows:
        if row["seq"] == upto:
            row["memo"] = "改写过"
        row["prev_hash"] = previous
        previous = row["hash"] = line_hash(row)
    tamper(
        delete(lines).where(lines.c.village_id == village.id),
        insert(lines).values(rows),
        update(heads).where(heads.c.village_id == village.id).values(hash=previous),
    )


def cut_off(village):
    """Forget everything after the second line, and make all else fit."""
    kept = [
        dict(row._mapping)
        for row in db.session.execute(
            select(lines)
            .where(lines.c.village_id == village.id, lines.c.seq <= 2)
            .order_by(lines.c.seq)
        )
    ]
    db.session.rollback()
    tamper(
        delete(lines).where(lines.c.village_id == village.id, lines.c.seq > 2),
        update(heads).where(heads.c.village_id == village.id).values(seq=2, hash=kept[-1]["hash"]),
        update(accounts)
        .where(accounts.c.household_id.in_([home.id for home in village.homes[:2]]))
        .values(standing=5, spendable=5),
        update(months).where(months.c.village_id == village.id).values(points=5, entries=1),
    )


REWRITTEN = "期公示记下的摘要（第 5 条）与台账对不上：那以前的明细被改写过。"


def test_a_true_book_is_untouched_up_to_the_notice_and_since(village):
    found = verification.verify_notice(village.notice)
    assert (found.fault, found.upto, found.lines, found.since) == (None, 5, 7, 2)
    assert house.audit_house(village.id).fault is None


@pytest.mark.parametrize(("tampering", "sentence"), TAMPERINGS)
def test_what_was_changed_is_found_and_named(village, tampering, sentence):
    tampering(village)
    assert str(verification.verify_notice(village.notice).fault) == sentence
    assert str(house.audit_house(village.id).fault) == sentence


@pytest.mark.parametrize("forgery", [rewrite, cut_off])
def test_a_book_rewritten_to_fit_itself_does_not_fit_its_notice(village, forgery):
    forgery(village)
    assert audit.audit_book(village.id).fault is None  # the book alone tells nothing
    for fault in (
        verification.verify_notice(village.notice).fault,
        house.audit_house(village.id).fault,
    ):
        assert str(fault).endswith(REWRITTEN)
        assert fault.values["number"] == 1


def test_what_was_rewritten_after_the_notice_is_beyond_it(village):
    """Only the next notice's paper will tell."""
    rewrite(village, upto=7)
    assert verification.verify_notice(village.notice).fault is None


def test_a_notice_before_the_first_line_marks_the_beginning(village):
    with atomic():
        village.notice.head_seq, village.notice.head_hash = 0, GENESIS
    assert verification.verify_notice(village.notice).fault is None
    with atomic():
        village.notice.head_hash = "f" * 64
    assert "（第 0 条）" in str(verification.verify_notice(village.notice).fault)


@pytest.mark.parametrize(
    ("robbed", "line"), [({"head_seq": None}, 0), ({"head_hash": None}, 5)], ids=["seq", "hash"]
)
def test_a_notice_robbed_of_what_it_recorded_is_found(village, robbed, line):
    tamper(update(notices).where(notices.c.village_id == village.id).values(robbed))
    for fault in (
        verification.verify_notice(village.notice).fault,
        house.audit_house(village.id).fault,
    ):
        assert f"（第 {line} 条）" in str(fault)


def test_what_is_owed_is_proved_too(village):
    tamper(update(accounts).where(accounts.c.village_id == village.id).values(spendable=0, owed=3))
    assert "0/3" in str(house.audit_house(village.id).fault)


class TestFromACheckpoint:
    """Whoever asks goes on from where the last one came to: nobody's question recomputes everything."""

    @pytest.fixture
    def read(self, monkeypatch):
        """The numbers of the lines that were recomputed."""
        seen = []
        monkeypatch.setattr(
            audit, "line_hash", lambda line: seen.append(line["seq"]) or line_hash(line)
        )
        return seen

    def test_nothing_is_recomputed_twice(self, village, read):
        assert verification.verify_notice(village.notice).whole
        assert read == [1, 2, 3, 4, 5, 6, 7]
        assert verification.verify_notice(village.notice).whole
        assert len(read) == 7
        make_award(make_scorer(village), village.homes[0], make_rule(village))
        found = verification.verify_notice(village.notice)
        assert (found.whole, found.lines, found.since, read[7:]) == (True, 8, 3, [8])

    def test_a_long_book_is_verified_in_parts(self, village, read, monkeypatch):
        monkeypatch.setattr(checkpoints, "MOST", 3)
        told = []
        for _ in range(4):
            found = verification.verify_notice(village.notice)
            told.append((found.lines, found.total, found.whole, found.fault))
        assert told == [
            (3, 7, False, None),
            (6, 7, False, None),
            (7, 7, True, None),
            (7, 7, True, None),
        ]
        assert read == [1, 2, 3, 4, 5, 6, 7]

    def test_a_fault_is_found_by_every_question_and_costs_one_part(self, village, read):
        tamper(update(lines).where(at(village, 6)).values(memo="改"))
        for _ in range(2):
            found = verification.verify_notice(village.notice)
            assert str(found.fault) == "第 6 条台账明细被改动过。"
            assert (found.lines, found.whole) == (5, False)
        assert read == [1, 2, 3, 4, 5, 6, 6]

    def test_what_lies_before_a_checkpoint_is_the_audits_and_then_the_pages_again(self, village):
        verification.verify_notice(village.notice)
        alter(village)
        assert verification.verify_notice(village.notice).fault is None
        assert str(house.audit_house(village.id).fault) == "第 2 条台账明细被改动过。"
        assert str(verification.verify_notice(village.notice).fault) == "第 2 条台账明细被改动过。"

    def test_a_proved_book_is_answered_at_once(self, village, read):
        assert house.audit_house(village.id).fault is None
        read.clear()
        assert verification.verify_notice(village.notice).whole
        assert read == []

    @pytest.mark.parametrize("seq", [2, 7])
    def test_a_checkpoint_whose_line_is_another_now_is_worth_nothing(self, village, read, seq):
        verification.verify_notice(village.notice)
        forged = {"seq": seq, "hash": "f" * 64}
        tamper(update(checkpoints.checkpoints).values(forged))
        read.clear()
        assert verification.verify_notice(village.notice).whole
        assert read == [1, 2, 3, 4, 5, 6, 7]

    @pytest.mark.parametrize("forged", [{"seq": 6}, {"seq": 8}, {"hash": GENESIS}, None], ids=str)
    def test_the_end_of_the_book_is_held_against_its_head(self, village, forged):
        verification.verify_notice(village.notice)
        tamper(update(heads).values(forged) if forged else delete(lines).where(at(village, 7)))
        found = verification.verify_notice(village.notice)
        assert (found.whole, found.fault is None) == (False, False)

    def test_an_old_checkpoint_is_forgotten(self, village, read):
        verification.verify_notice(village.notice)
        with clock.set_to(clock.now() + checkpoints.AGE):
            assert verification.verify_notice(village.notice).whole
        assert read == [1, 2, 3, 4, 5, 6, 7] * 2

    def test_one_recomputes_at_a_time_and_the_others_are_told(self, village, read):
        with turn("verification", verification.LONGEST):
            found = verification.verify_notice(village.notice)
            assert (found.waits, found.whole, found.lines, read) == (True, False, 0, [])
        assert not verification.verify_notice(village.notice).waits

    def test_a_worker_that_died_holds_nobody_up_for_good(self, village):
        taken = turn("verification", verification.LONGEST)
        taken.__enter__()
        with clock.set_to(clock.now() + verification.LONGEST):
            assert verification.verify_notice(village.notice).whole


class TestAnOutsider:
    """`flask audit --export` and docs/verify.py: no trust in the service is needed."""

    @pytest.fixture
    def export(self, ctx, village, tmp_path, monkeypatch):
        monkeypatch.setenv("LC_ALL", "C.UTF-8")

        def write():
            file = tmp_path / "book.jsonl"
            told = ctx.test_cli_runner().invoke(
                args=["audit", "--export", str(file), "--village", village.place.code]
            )
            return file, told

        return write

    def run(self, file, *digests):
        return subprocess.run(
            [sys.executable, "-I", str(SCRIPT), str(file), *digests],
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_confirms_a_true_book_and_the_digest_on_the_wall(self, village, export):
        file, told = export()
        assert told.exit_code == 0
        assert "已导出 7 条明细。" in told.stdout
        digest = village.notice.head_hash
        on_paper = " ".join(digest[n : n + 8] for n in range(0, 64, 8)).upper()
        answer = self.run(file, on_paper)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.splitlines() == [
            "7 lines, every hash and every link holds",
            f"{digest}: line 5, as the notice says",
        ]

    @pytest.mark.parametrize(
        ("tampering", "words"),
        [
            (alter, "line 2 was changed"),
            (remove, "line 3 is missing"),
            (insert_between, "line 3 was changed"),
            (swap, "line 2 was changed"),
        ],
    )
    def test_finds_and_names_what_was_changed(self, village, export, tampering, words):
        tampering(village)
        file, told = export()
        assert told.exit_code == 1
        answer = self.run(file)
        assert answer.returncode == 1
        assert words in answer.stderr

    def test_finds_a_book_rewritten_to_fit_itself_by_the_paper(self, village, export):
        digest = village.notice.head_hash
        rewrite(village)
        file, told = export()
        assert told.exit_code == 1
        assert self.run(file).returncode == 0
        answer = self.run(file, digest)
        assert answer.returncode == 1
        assert "no line has this digest" in answer.stderr

    def test_finds_what_was_changed_in_the_file(self, export):
        file, _ = export()
        kept = file.read_text().splitlines()
        file.write_text("\n".join(kept[1:]))
        assert "line 1 is missing" in self.run(file).stderr
        file.write_text("\n".join(kept).replace("义务", "义勇", 1))
        assert "line 1 was changed" in self.run(file).stderr

    @pytest.mark.parametrize(
        "odd",
        [
            "",
            "[]",
            "{}",
            "5",
            '{"text": "[]"}',
            '{"text": 5}',
            "[" * 100_000,
            "\udcff",
            '{"seq": 1, "text": "[[],1,2,3,4,5,6,7,8,9,10,11,12,13,14]"}',
        ],
    )
    def test_says_of_any_other_file_that_it_is_another(self, tmp_path, odd):
        file = tmp_path / "odd.jsonl"
        file.write_text(f"{odd}\n", encoding="utf-8", errors="surrogateescape")
        for asked in (file, tmp_path / "nowhere"):
            answer = self.run(asked)
            assert answer.returncode == 1
            assert answer.stderr.startswith("after 0 lines: this is not what")
        told = subprocess.run([sys.executable, "-I", str(SCRIPT)], capture_output=True, timeout=60)
        assert (told.returncode, b"Traceback" in told.stderr) == (1, False)

    def test_needs_a_standard_python_and_forty_lines(self):
        code = SCRIPT.read_text()
        imported = {
            words.split()[1] for words in code.splitlines() if words.startswith(("import", "from"))
        }
        assert imported <= set(sys.stdlib_module_names)
        assert len(code.splitlines()) <= 40
