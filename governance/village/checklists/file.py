"""Inspection checklists as files: the two published shapes (scenes with deductions; groups with where to look), CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from governance.base.errors import BadInput, phrase
from governance.base.worksheets.reading import read_table
from governance.village.checklists.lists import may_be_given
from governance.village.checklists.wording import (
    ChecklistWording,
    Finding,
    Given,
    Reminding,
    Scene,
    Target,
)
from governance.village.rules.rulebook import Rule

MOST_ROWS = 300
DATA = Path(__file__).resolve().parents[2] / "data" / "inspection"

# The first name of each is what we say to people.
NAMES: dict[str, tuple[str, ...]] = {
    "scene": ("场所", "场景", "类别", "scene", "group"),
    "code": ("编号", "code"),
    "text": ("问题", "检查内容", "内容", "finding", "item"),
    "max": ("场所分值", "满分", "scene_max"),
    "deduct": ("扣分", "deduct"),
    "consent": ("要同意", "需同意", "consent"),
    "where": ("检查对象", "where"),
}
COLUMN_OF = {name: column for column, names in NAMES.items() for name in names}
YES = frozenset(("yes", "y", "1", "true", "是", "要"))
WHERE = {
    "household": Target.HOUSEHOLD,
    "农户": Target.HOUSEHOLD,
    "public": Target.PUBLIC,
    "公共场所": Target.PUBLIC,
}

# What is shipped: the file, the checklists' titles, and what their results give where such rules are in force.
SHIPPED = {
    "household_60": phrase("人居环境入户检查（60 分）：4 个场所 32 种问题，室内要先征得同意"),
    "three_clean": phrase(
        "三清理、三整治、两推进、一美化：农户一张，公共场所一张，查到问题限期整改"
    ),
}
TITLES = {"household_60": "人居环境入户检查", "three_clean": "三清理三整治两推进一美化"}
PUBLIC_TITLE = "（公共场所）"
OUTCOMES = {"household_60": ((58, "E02"), (54, "E01"))}
REMINDING = {"three_clean": "E51"}


class BadChecklistFile(BadInput):
    """A cell of a checklist's file that cannot be used."""

    code = "bad_sheet_file"
    message = phrase("第 %(row)s 行「%(column)s」不对，检查表没有载入。")
    field = "file"


def shipped_checklists(name: str, rules: Iterable[Rule] = ()) -> list[ChecklistWording]:
    """A checklist that comes with the service; `rules`: those in force, for what its results give. Raises BadInput."""
    if name not in SHIPPED:
        raise BadInput
    known = {rule.code: rule for rule in rules}
    gives = tuple(
        Given(least, code)
        for least, code in OUTCOMES.get(name, ())
        if code in known and may_be_given(known[code])
    )
    code = REMINDING.get(name, "")
    remind = Reminding(code) if code in known and known[code].reminds else None
    return [
        ChecklistWording(
            one.code,
            one.title,
            one.scenes,
            one.target,
            outcomes=gives if one.target != Target.PUBLIC else (),
            remind=remind if one.target != Target.PUBLIC else None,
        )
        for one in read_checklists((DATA / f"{name}.csv").read_bytes(), name, TITLES[name])
    ]


def read_checklists(data: bytes, code: str, title: str) -> list[ChecklistWording]:
    """The checklists of a file; two where it says for each row whether households or public places are meant.

    Raises UnreadableFile, TableTooLong, BadChecklistFile, BadInput.
    """
    rows = read_table(data, MOST_ROWS)
    top = min(rows)
    columns = {COLUMN_OF[name]: n for n, name in enumerate(rows[top]) if name in COLUMN_OF}
    if not {"scene", "code", "text"} <= columns.keys():
        raise BadInput(phrase("第一行要有「场所」「编号」「问题」三列。"), field="file")
    lines = [
        _Line(place + 1, cells, columns)
        for place, cells in rows.items()
        if place > top and any(cells)
    ]
    if "where" not in columns:
        return [ChecklistWording(code, title, _scenes(lines))]
    made = []
    for target, mark, more in (
        (Target.HOUSEHOLD, "", ""),
        (Target.PUBLIC, "_public", PUBLIC_TITLE),
    ):
        of_target = [line for line in lines if target in line.where()]
        if of_target:
            made.append(
                ChecklistWording(code + mark, title + more, _scenes(of_target), target.value)
            )
    return made


class _Line:
    """One row of the file."""

    def __init__(self, number: int, cells: Sequence[str], columns: dict[str, int]):
        self.number, self._cells, self._columns = number, cells, columns

    def text(self, column: str) -> str:
        place = self._columns.get(column)
        return self._cells[place].strip() if place is not None and place < len(self._cells) else ""

    def points(self, column: str) -> int:
        text = self.text(column).lstrip("-−")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise BadChecklistFile(row=self.number, column=NAMES[column][0])
        return int(text)

    def where(self) -> set[Target]:
        words = self.text("where").replace("、", "+").split("+")
        if not set(words) <= WHERE.keys():
            raise BadChecklistFile(row=self.number, column=NAMES["where"][0])
        return {WHERE[word] for word in words}


def _scenes(lines: Iterable[_Line]) -> tuple[Scene, ...]:
    """Scenes in the order of the file; a scene's points and consent stand in its rows."""
    scenes: dict[str, Scene] = {}
    for line in lines:
        name = line.text("scene")
        if not name:
            raise BadChecklistFile(row=line.number, column=NAMES["scene"][0])
        consent = line.text("consent").lower() in YES
        scene = scenes.get(name) or Scene(name, line.points("max"), consent, ())
        found = Finding(line.text("code"), line.text("text"), line.points("deduct"))
        scenes[name] = Scene(name, scene.max, scene.consent or consent, (*scene.findings, found))
    return tuple(scenes.values())
