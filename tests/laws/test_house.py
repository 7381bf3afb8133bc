"""The house's other laws: who writes the book, where time comes from, how long things are, what is documented."""

from __future__ import annotations

import ast
import re
from statistics import median

import pytest

from governance.base import config
from tests.laws.sources import (
    HOUSE,
    ROOT,
    floor_of,
    functions,
    length_of,
    modules,
    name_of,
    tree_of,
)

LINES, CHARACTERS = 400, 16_000
BOOK_TABLES = {"lines", "accounts", "heads", "months", "Line", "Account", "Head", "Month"}
WRITING = {"insert", "update", "delete", "add_up", "merge", "add", "add_all"}
NOW = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


def called(node: ast.Call) -> tuple[str, str]:
    """What a call calls: ("datetime", "now"), or ("", "insert")."""
    if isinstance(node.func, ast.Attribute):
        left = node.func.value
        return getattr(left, "id", getattr(left, "attr", "")), node.func.attr
    return "", getattr(node.func, "id", "")


def calls(path):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


RAW = re.compile(r"(?i)\b(insert into|update|delete from)\s+\"?(lines|accounts|heads|months)\b")


def plain_name(node):
    """The last name of `book.lines`, `lines`, `Line(...)`."""
    node = getattr(node, "func", node)
    return getattr(node, "id", getattr(node, "attr", ""))


def writes_the_book(node):
    """Whether a call writes one of the book's tables: by construct, by the ORM, or by raw SQL."""
    table, verb = called(node)
    if verb in WRITING and BOOK_TABLES & {table, *map(plain_name, node.args)}:
        return True
    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
    return any(isinstance(one, str) and RAW.search(one) for one in texts)


@pytest.mark.parametrize(
    "line",
    [
        "insert(lines)",
        "update(book.accounts)",
        "book.months.delete()",
        "sqlite.insert(lines)",
        "add_up(months, rows, ())",
        "db.session.add(Line(seq=1))",
        "connection.exec_driver_sql('UPDATE accounts SET spendable = 0')",
        "text('delete from lines')",
    ],
)
def test_a_hand_in_the_book_is_seen(line):
    assert any(
        writes_the_book(one) for one in ast.walk(ast.parse(line)) if isinstance(one, ast.Call)
    )


def test_only_the_book_writes_lines_accounts_heads_and_months():
    writers = {name_of(path) for path in modules() for node in calls(path) if writes_the_book(node)}
    assert writers == {"governance.ledger.book"}


def test_the_ledger_never_commits():
    ending = [
        f"{name_of(path)}: {'.'.join(called(node))}"
        for path in modules()
        if floor_of(name_of(path)) == "ledger"
        for node in calls(path)
        if called(node)[1] in {"commit", "rollback", "atomic"}
    ]
    assert not ending


def test_nothing_above_the_ground_floor_commits_by_hand():
    by_hand = [
        name_of(path)
        for path in modules()
        if floor_of(name_of(path)) in ("village", "affairs", "web")
        for node in calls(path)
        if called(node)[1] == "commit"
    ]
    assert not by_hand


def test_relationships_point_down_only():
    """There are none: what belongs to something above is a function of the floor above."""
    words = [
        f"{name_of(path)}: {called(node)[1]}"
        for path in modules()
        for node in calls(path)
        if called(node)[1] in {"relationship", "backref"}
    ]
    assert not words


def test_time_comes_only_from_the_clock():
    astray = [
        f"{name_of(path)}:{node.lineno} {'.'.join(called(node))}"
        for path in modules()
        for node in calls(path)
        if called(node) in NOW
        and name_of(path) != "governance.base.clock"
        and not (name_of(path) == "governance.base.database" and in_function(path, node, "new_id"))
    ]
    assert not astray


def in_function(path, node, name):
    return any(
        one.name == name and one.lineno <= node.lineno <= one.end_lineno
        for one in functions(tree_of(path))
    )


def too_long(text):
    """Characters count beside lines, so that the law cannot be met by long ones."""
    return len(text.splitlines()) > LINES or len(text) > CHARACTERS


def test_no_file_is_longer_than_400_lines_and_16000_characters():
    long = [name_of(path) for path in modules() if too_long(path.read_text(encoding="utf-8"))]
    assert not long


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("x\n" * LINES, False),
        ("x\n" * (LINES + 1), True),
        ("汉" * CHARACTERS, False),
        ("汉" * (CHARACTERS + 1), True),
    ],
)
def test_a_file_that_is_too_long_is_seen(text, long):
    assert too_long(text) is long


def views():
    """Functions hung on a route, with their lengths."""
    for path in modules():
        if floor_of(name_of(path)) != "web":
            continue
        for function in functions(tree_of(path)):
            verbs = {called(one)[1] for one in function.decorator_list if isinstance(one, ast.Call)}
            if verbs & {"get", "post", "put", "patch", "delete", "route"}:
                yield f"{name_of(path)}.{function.name}", length_of(function)


def test_views_are_short():
    lengths = dict(views())
    assert len(lengths) > 40
    assert median(lengths.values()) <= 12
    assert not {name: length for name, length in lengths.items() if length > 40}


def test_views_say_that_they_answer():
    """`Any` would let a view answer anything, a forgotten return among it."""
    untold = [
        f"{name_of(path)}.{function.name}"
        for path in modules()
        if floor_of(name_of(path)) == "web"
        for function in functions(tree_of(path))
        if f"{name_of(path)}.{function.name}" in dict(views())
        and getattr(function.returns, "id", "") == "Any"
    ]
    assert not untold


def test_functions_are_short():
    lengths = [length_of(one) for path in modules() for one in functions(tree_of(path))]
    assert sorted(lengths)[len(lengths) * 9 // 10] <= 25


def test_every_module_and_public_function_says_what_it_is_for():
    silent = [name_of(path) for path in modules() if not ast.get_docstring(tree_of(path))]
    silent += [
        f"{name_of(path)}.{one.name}"
        for path in modules()
        for one in tree_of(path).body
        if isinstance(one, ast.FunctionDef | ast.ClassDef)
        and not one.name.startswith("_")
        and not ast.get_docstring(one)
    ]
    assert not silent


def test_everything_below_the_doors_is_typed():
    untyped = [
        f"{name_of(path)}.{one.name}"
        for path in modules()
        for one in functions(tree_of(path))
        if one.returns is None
        and one.name != "__init__"
        or any(arg.annotation is None for arg in one.args.args if arg.arg not in ("self", "cls"))
    ]
    assert not untyped


def enums_of(tree):
    """The enumerations of a module, with their members."""
    return {
        one.name: {
            target.id
            for node in one.body
            if isinstance(node, ast.Assign)
            for target in node.targets
        }
        for one in tree.body
        if isinstance(one, ast.ClassDef) and "StrEnum" in {plain_name(base) for base in one.bases}
    }


def words_for_enums(tree):
    """Tables of sentences by the members of one enumeration: its name, and the members it has words for."""
    for node in tree.body:
        table = getattr(node, "value", None)
        if not isinstance(table, ast.Dict) or {plain_name(one) for one in table.values} != {
            "phrase"
        }:
            continue
        if all(isinstance(one, ast.Attribute) for one in table.keys):
            [name] = {plain_name(one.value) for one in table.keys}
            yield name, {one.attr for one in table.keys}


def test_the_words_of_an_enumeration_stand_beside_it_and_leave_none_out():
    judged = 0
    for path in modules():
        enums = enums_of(tree_of(path))
        for name, members in words_for_enums(tree_of(path)):
            assert members == enums.get(name), f"{name_of(path)}: {name}"
            judged += 1
    assert judged > 12


def settings_read():
    """Every HEMEI_ setting that the code asks the environment for."""
    texts = [path.read_text(encoding="utf-8") for path in modules()]
    return sorted(set(re.findall(r"HEMEI_[A-Z_]*[A-Z]", " ".join(texts))))


@pytest.mark.parametrize("setting", settings_read())
def test_every_setting_is_explained_where_settings_are_read(setting):
    assert re.search(rf"^\s+{setting}\s+\S", config.settings.__doc__ or "", re.M)


def test_only_the_settings_read_the_environment():
    readers = {
        name_of(path)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "environ"
    }
    assert readers <= {"governance.base.config", "governance.cli.speak"}


def test_errors_grow_on_one_tree():
    """Whatever is raised by name is of the tree, or a fault of the programmer that no visitor meets."""
    faults = {
        "ValueError",
        "RuntimeError",
        "TypeError",
        "NoSecret",
        "NotImplementedError",
        "ClickException",
    }
    known = {"HemeiError"}
    classes = [
        one for path in modules() for one in tree_of(path).body if isinstance(one, ast.ClassDef)
    ]
    for _ in range(4):
        known |= {
            one.name for one in classes if known & {getattr(base, "id", "") for base in one.bases}
        }
    raised = {
        (name_of(path), name)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Raise) and node.exc is not None
        for name in [raised_name(node.exc)]
        if name[:1].isupper()
    }
    assert {pair for pair in raised if pair[1] not in known | faults} == set()


def raised_name(node):
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr[:1].isupper() else getattr(node.value, "id", "")
    return getattr(node, "id", "")


def test_the_top_level_is_the_one_agreed():
    assert (ROOT / "app.py").read_text().count("\n") < 12
    assert {"app.py", "requirements.txt", "governance", "templates", "migrations", "tests"} <= {
        one.name for one in ROOT.iterdir()
    }
    assert {one.name for one in HOUSE.iterdir() if (one / "__init__.py").exists()} >= {
        "cli",
        "web",
        "affairs",
        "village",
        "ledger",
        "base",
    }
