"""Nothing stands in the house that nobody calls: neither a room, nor a page, nor a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.laws.sources import ROOT, TEMPLATES, modules, name_of, tree_of

BY_FRAMEWORKS = {  # who calls it by its name is Flask, WTForms, or SQLAlchemy
    "get_cookie_path",
    "_extract_indices",
    "impl",
    "cache_ok",
    "type_annotation_map",
}
TO_COME = {  # built for a page that is still to come
    "prove_chain",
}
PLAIN = {"property", "classmethod", "staticmethod", "cache", "contextmanager", "dataclass"}


def defined(body: list[ast.stmt]) -> Iterator[str]:
    """The names a module or class gives, but for what a decorator hands over to somebody else."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not all(plain(one) for one in node.decorator_list):
                continue
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from defined(node.body)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                one.id
                for target in targets
                for one in ast.walk(target)
                if isinstance(one, ast.Name)
            )


def plain(decorator: ast.expr) -> bool:
    decorator = getattr(decorator, "func", decorator)
    return getattr(decorator, "id", "") in PLAIN


def said(tree: ast.Module) -> Iterator[str]:
    """The names a module reads, by themselves, of something else, or as a string (`getattr`, a column)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield getattr(node, "id", getattr(node, "attr", ""))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def used() -> frozenset[str]:
    """What the house reads, and every word of the pages, the tests and the tools."""
    outside = [
        *TEMPLATES.rglob("*.html"),
        *(one for one in ROOT.glob("tests/**/*.py") if one != Path(__file__).resolve()),
        *ROOT.glob("tools/*.py"),
        *ROOT.glob("migrations/**/*.py"),
        ROOT / "app.py",
    ]
    words = re.findall(r"\w+", " ".join(one.read_text(encoding="utf-8") for one in outside))
    return frozenset(words).union(*(said(tree_of(path)) for path in modules()))


def test_nothing_is_left_that_nobody_uses():
    left = {
        name: name_of(path)
        for path in modules()
        for name in defined(tree_of(path).body)
        if name not in used() and not name.startswith("__")
    }
    strange = {name: where for name, where in left.items() if name not in BY_FRAMEWORKS | TO_COME}
    assert strange == {}
    assert left.keys() == BY_FRAMEWORKS | TO_COME, "these are used now, or gone"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(): ...", ["f"]),
        ("@door.get('/')\ndef f(): ...", []),
        ("@cache\ndef f(): ...", ["f"]),
        ("@dataclass(slots=True)\nclass A:\n  x: int\n  def f(self): ...", ["A", "x", "f"]),
        ("A, B = 1, 2", ["A", "B"]),
    ],
)
def test_what_a_module_defines_is_seen(text, names):
    assert list(defined(ast.parse(text).body)) == names


def test_what_a_module_reads_is_seen():
    assert set(said(ast.parse("a.b(c, 'd')\ne = 1"))) == {"a", "b", "c", "d"}
