"""The tests stand as the house stands: whoever opens a module finds its test at the same place below tests/."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.laws.sources import HOUSE, ROOT, modules, tree_of

TESTS = ROOT / "tests"

# What has no test file of its own: where it is proved, and why there.
STATUTES = "statutes/test_villagers_committees.py"
HOUSE_PROOF = "affairs/proof/test_house.py"
VERIFICATION = "affairs/publicity/test_verification.py"
ELSEWHERE = {
    "__init__.py": ("web/frame/test_headers.py", "puts the house together; any page shows it"),
    "affairs/awards/refusals.py": ("affairs/awards/test_batch.py", "words, told where it is met"),
    "affairs/proof/erasing.py": (HOUSE_PROOF, "what was deleted by law, among what was not"),
    "affairs/proof/files.py": (HOUSE_PROOF, "a photo that was exchanged, among all that may be"),
    "affairs/proof/records.py": (HOUSE_PROOF, "each record changed by hand is named"),
    "affairs/proof/sealed.py": (HOUSE_PROOF, "each sealed row changed by hand is named"),
    "affairs/marks.py": (VERIFICATION, "what a posting seals, found changed"),
    "affairs/publicity/disclosure.py": (STATUTES, "the calendar of a law"),
    "base/archive.py": ("cli/test_backup.py", "proved by what comes back out of a backup"),
    "cli/__init__.py": ("cli/test_places.py", "the list of commands; each is called"),
    "demo/cast.py": ("demo/test_season.py", "names for those who take part"),
    "demo/sayings.py": ("demo/test_process.py", "what people say: words only"),
    "ledger/checkpoints.py": (VERIFICATION, "how far one question recomputes"),
    "village/decisions.py": (STATUTES, "the quorums of a law"),
    "web/__init__.py": ("web/frame/test_headers.py", "hooks of every page"),
    "web/doors.py": ("web/test_matrix.py", "the list of doors; every route of each is walked"),
    "web/desk/calendar.py": (STATUTES, "the calendar of a law, at the desk"),
    "web/desk/decisions.py": (STATUTES, "the decisions of a law, at the desk"),
    "web/desk/checklistform.py": ("web/desk/test_inspections.py", "a form, filled in at its desk"),
    "web/desk/householdform.py": ("web/desk/test_households.py", "a form, filled in at its desk"),
    "web/desk/meetingform.py": ("web/desk/test_drafts.py", "a form, filled in at its desk"),
    "web/desk/ruleform.py": ("web/desk/test_rules.py", "a form, filled in at its desk"),
    "web/frame/access.py": ("web/test_matrix.py", "who may: every route by every visitor"),
    "web/frame/actwords.py": ("web/frame/test_actlog.py", "the words of the log"),
    "web/frame/limits.py": ("web/test_complaints.py", "counted where too much is sent"),
    "web/frame/people.py": ("web/admin/test_people.py", "forms that two doors share"),
    "web/frame/reminder_page.py": ("web/officer/test_remind.py", "forms that two doors share"),
    "web/frame/verdicts.py": ("web/desk/test_awards.py", "what two doors tell"),
}
# What mirrors no module, and why.
ALONE = {
    "affairs/publicity/test_differing.py": "a hand behind the wall, across notices, awards, seals",
    "affairs/publicity/test_races.py": "many at once, across the rooms",
    "affairs/test_random_life.py": "everybody does anything: the laws of all rooms together",
    "client/": "the client's own tests, run by node",
    "flows/": "the brief, in a real browser before a real server",
    "laws/": "what holds of every module",
    "ledger/test_book_properties.py": "the book beside a plain model, by chance",
    "statutes/": "the law of the land, article by article",
    "test_migrations.py": "the migrations stand outside the house",
    "village/register/test_fuzz.py": "whatever a file holds",
    "web/test_every_form.py": "every form there is, whatever is sent",
    "web/test_fair_forms.py": "the forms of the fair process, whatever is typed",
    "web/test_large_input.py": "every field there is, far too much of it",
    "web/test_matrix.py": "every route by every visitor",
    "web/test_statements.py": "every statement of every page, by every visitor",
    "web/test_spreadsheets.py": "every door that takes a spreadsheet",
    "web/test_trouble.py": "what every page says when the database is in trouble",
}


def mirror_of(module: str) -> str:
    """Where a module's test stands; a package that does something itself has one by its own name."""
    path = Path(module)
    if path.name == "__init__.py":
        return (path.parent / f"test_{path.parent.name or 'governance'}.py").as_posix()
    return path.with_name(f"test_{path.name}").as_posix()


def does_something(path: Path) -> bool:
    """Whether a file is more than the sign on a room's door."""
    acting = (ast.FunctionDef, ast.ClassDef)
    return path.name != "__init__.py" or any(isinstance(one, acting) for one in tree_of(path).body)


def below(root: Path, paths) -> set[str]:
    return {path.relative_to(root).as_posix() for path in paths}


MODULES = below(HOUSE, filter(does_something, modules()))
MIRRORS = {mirror_of(module): module for module in MODULES}
FILES = below(TESTS, TESTS.rglob("test_*.py"))


@pytest.mark.parametrize(
    ("module", "mirror"),
    [
        ("affairs/acts.py", "affairs/test_acts.py"),
        ("web/desk/rules.py", "web/desk/test_rules.py"),
        ("web/desk/__init__.py", "web/desk/test_desk.py"),
        ("__init__.py", "test_governance.py"),
    ],
)
def test_a_module_is_mirrored_by_its_place_and_name(module, mirror):
    assert mirror_of(module) == mirror


def test_every_module_has_its_test():
    bare = [
        f"governance/{module} has no tests/{test}"
        for test, module in sorted(MIRRORS.items())
        if test not in FILES and module not in ELSEWHERE
    ]
    assert not bare, "\n".join(bare)


def test_every_test_mirrors_a_module():
    folders = tuple(one for one in ALONE if one.endswith("/"))
    astray = {one for one in FILES - MIRRORS.keys() - ALONE.keys() if not one.startswith(folders)}
    assert not astray, "\n".join(f"tests/{one} mirrors no module" for one in sorted(astray))


def test_no_reason_outlives_what_it_excuses():
    assert {module for module in ELSEWHERE if module not in MODULES} == set()
    assert {module for module in ELSEWHERE if mirror_of(module) in FILES} == set()
    assert {test for test, _ in ELSEWHERE.values()} - FILES == set()
    assert {one for one in ALONE if not (TESTS / one).exists()} == set()
    assert ALONE.keys() & MIRRORS.keys() == set()
