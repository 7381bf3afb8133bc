"""The law of the tower: an import may fall, move sideways inside its own folder, and never climb."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

from tests.laws.sources import FLOORS, floor_of, imports_of, modules, name_of, room_of, tree_of

DOORS = ("web", "cli", "")  # "" is governance/__init__.py, where the house is put together
SPECIAL = {"flask_sqlalchemy", "flask_migrate"}  # base/database.py wraps these two, for everybody


def test_every_import_falls():
    climbing = [
        f"{name_of(path)} -> {other}"
        for path in modules()
        for other in imports_of(path)
        if other.startswith("governance.")
        and FLOORS[floor_of(other)] > FLOORS[floor_of(name_of(path))]
    ]
    assert not climbing


def test_the_doors_do_not_open_into_each_other():
    """The commands speak with the words of the web door; nothing else passes between the two."""
    crossing = {
        other
        for path in modules()
        for other in imports_of(path)
        if {floor_of(name_of(path)), floor_of(other)} == {"web", "cli"}
    }
    assert all(
        other.startswith("governance.web.") and other.endswith("words") for other in crossing
    )


def test_no_files_import_each_other_in_a_ring():
    graph = {
        name_of(path): {one for one in imports_of(path) if one.startswith("governance")}
        for path in modules()
    }
    assert_no_ring(graph)


def test_no_folders_import_each_other_in_a_ring():
    graph: dict[str, set[str]] = {}
    for path in modules():
        here = floor_of(name_of(path))
        below = {floor_of(one) for one in imports_of(path) if one.startswith("governance.")}
        graph.setdefault(here, set()).update(below - {here})
    assert_no_ring(graph)


def test_no_rooms_import_each_other_in_a_ring():
    graph: dict[str, set[str]] = {}
    for path in modules():
        here = room_of(name_of(path))
        below = {room_of(one) for one in imports_of(path) if one.startswith("governance.")}
        graph.setdefault(here, set()).update(below - {here})
    assert_no_ring(graph)


def assert_no_ring(graph):
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as ring:
        raise AssertionError(" -> ".join(ring.args[1])) from None


def test_no_import_hides_in_a_function():
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_flask_is_imported_only_at_the_doors():
    astray = [
        f"{name_of(path)} -> {other}"
        for path in modules()
        for other in imports_of(path)
        if other.split(".")[0].startswith(("flask", "wtforms", "werkzeug"))
        and floor_of(name_of(path)) not in DOORS
        and not (other.split(".")[0] in SPECIAL and name_of(path) == "governance.base.database")
        and not other.startswith("werkzeug.security")  # the hashing of passwords knows no request
    ]
    assert not astray


def test_every_law_has_something_to_judge():
    """A law that finds no module holds of nothing."""
    assert len(modules()) > 50
    assert {floor_of(name_of(path)) for path in modules()} == set(FLOORS)
    assert any("flask" in one for path in modules() for one in imports_of(path))
