"""The laws of the client: modules, functions and lines of a length one takes in; imports without rings; mirrored tests."""

from __future__ import annotations

import json
import re
import subprocess
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.laws.sources import HOUSE, ROOT

CLIENT = HOUSE / "client"
TESTS = ROOT / "tests" / "client"
LINES, CHARACTERS, FUNCTION, WIDTH = 400, 16_000, 60, 120

# What a module's tests are, where they are not beside it under its own name; or why it has none.
DRIVEN = "driven in a browser by tests/flows/test_field_*.py"
ELSEWHERE = {
    "field/start.js": DRIVEN,
    "field/sw.js": DRIVEN,
    "field/photo.js": DRIVEN,
    "field/holder/door.js": DRIVEN,
    "field/holder/sign.js": DRIVEN,
    "field/holder/forms.js": "holder/session.test.js",
    "field/ids.js": "store/phone-0.1.0.test.js reads its ids; every flow makes them",
    "field/store/device.js": "holder/session.test.js",
    "field/store/rows.js": "store/refused-rows.test.js",
    "field/sync/standing.js": "sync/state.test.js",
    "field/sync/timer.js": "sync/run.test.js",
    "field/sync/trouble.js": "sync/run.test.js",
    "field/words/say.js": "words/words.test.js",
}


def scripts():
    """Every JavaScript file of the client and of its tests."""
    return [
        one
        for one in (*CLIENT.rglob("*.js"), *CLIENT.rglob("*.mjs"), *TESTS.rglob("*.js"))
        if ours(one)
    ]


def sheets():
    return [one for one in CLIENT.rglob("*.css") if ours(one)]


def ours(path):
    return "node_modules" not in path.parts


def named(path):
    return str(path.relative_to(CLIENT if path.is_relative_to(CLIENT) else ROOT))


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_there_is_something_to_judge():
    assert len(scripts()) > 60
    assert len(sheets()) > 20


@pytest.mark.parametrize("path", [*scripts(), *sheets()], ids=named)
def test_a_file_is_short(path):
    text = text_of(path)
    assert len(text.splitlines()) <= LINES
    assert len(text) <= CHARACTERS


@pytest.mark.parametrize("path", sheets(), ids=named)
def test_a_line_of_style_is_short_and_declares_one_thing(path):
    for line in text_of(path).splitlines():
        assert len(line) <= WIDTH, line
        bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"|\([^()]*\)", "", line)
        assert bare.count(";") <= 1, line


def longest(text):
    """What the linter says of the functions of a text: the law is its rule, with its figure."""
    done = subprocess.run(
        [
            "node_modules/.bin/biome",
            "lint",
            "--only=complexity/noExcessiveLinesPerFunction",
            "--reporter=json",
            *text,
        ],
        cwd=CLIENT,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)["diagnostics"]


def test_functions_are_short(tmp_path):
    assert longest([".", "../../tests/client"]) == []


@pytest.mark.parametrize(("lines", "faults"), [(FUNCTION, 0), (FUNCTION + 1, 1)])
def test_a_function_that_is_too_long_is_seen(tmp_path, lines, faults):
    file = tmp_path / "long.js"
    file.write_text("export function long(x) {\n" + "  x();\n" * (lines - 2) + "}\n")
    assert len(longest([str(file)])) == faults


def imports_of(path):
    return {
        (path.parent / one).resolve()
        for one in re.findall(r'^(?:import|export)\b[^"]*?from "(\.[^"]+)"', text_of(path), re.M)
    }


def test_modules_do_not_import_each_other_in_a_ring():
    graph = {one: imports_of(one) for one in CLIENT.glob("field/**/*.js")}
    assert sum(map(len, graph.values())) > 100
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as ring:
        raise AssertionError(" -> ".join(map(named, ring.args[1]))) from None


def test_no_module_is_forgotten():
    """Each is reached from what the builder begins with."""
    reached, doors = (
        set(),
        [CLIENT / "field" / one for one in ("start.js", "sw.js", "scanworker.js")],
    )
    while doors:
        one = doors.pop()
        if one not in reached:
            reached.add(one)
            doors += imports_of(one)
    assert set(CLIENT.glob("field/**/*.js")) == reached


def test_tests_mirror_the_modules():
    """A module's test has its name and its folder; what has none says why, and says it no longer than that is so."""
    modules = {named(one) for one in CLIENT.glob("field/**/*.js")}
    tested = {
        f"field/{one.relative_to(TESTS)}".replace(".test.js", ".js")
        for one in TESTS.rglob("*.test.js")
    }
    words = {one for one in modules if one.startswith("field/words/")} - {"field/words/words.js"}
    views = {one for one in modules if one.startswith(("field/views/", "field/page/"))}
    missing = modules - tested - views - words - ELSEWHERE.keys()
    assert not missing
    assert not ELSEWHERE.keys() & tested
    assert ELSEWHERE.keys() <= modules
