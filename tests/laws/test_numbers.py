"""The law of numbers: what people type becomes a number in one place, which knows how long a number may be."""

from __future__ import annotations

import ast

from tests.laws.sources import floor_of, modules, name_of, tree_of

DOORS = ("web", "cli")
FIELDS = "governance.web.frame.forms"


def door_nodes():
    for path in modules():
        if floor_of(name_of(path)) in DOORS:
            for node in ast.walk(tree_of(path)):
                yield name_of(path), node


def test_forms_take_whole_numbers_by_one_field():
    fields = {
        name
        for name, node in door_nodes()
        if isinstance(node, ast.alias) and node.name == "IntegerField"
    }
    assert fields == {FIELDS}


def test_no_door_reads_a_number_without_a_limit():
    """`type=int` of werkzeug and click takes any number of digits, and so does `int` of what was sent."""
    unbounded = [
        f"{name}:{node.value.lineno}"
        for name, node in door_nodes()
        if isinstance(node, ast.keyword)
        and node.arg == "type"
        and isinstance(node.value, ast.Name)
        and node.value.id in ("int", "float")
    ]
    unbounded += [
        f"{name}:{node.lineno}"
        for name, node in door_nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "int"
        and "request" in ast.dump(node)
    ]
    assert not unbounded
