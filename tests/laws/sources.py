"""What the laws judge: the modules of the house, their syntax trees and what they import."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "governance"
TEMPLATES = ROOT / "templates"

FLOORS = {"base": 0, "ledger": 1, "village": 2, "affairs": 3, "demo": 4, "web": 5, "cli": 5, "": 6}


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the house."""
    return tuple(sorted(one for one in HOUSE.rglob("*.py") if "node_modules" not in one.parts))


@cache
def tree_of(path: Path) -> ast.Module:
    """A module's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def name_of(path: Path) -> str:
    """A module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(name: str) -> str:
    """The folder below governance/ that a module stands in; "" for the house itself."""
    return (name.split(".") + [""])[1]


def room_of(name: str) -> str:
    """The folder a module stands in; a file that stands loose on its floor is a room of its own."""
    parts = name.split(".")
    if len(parts) <= 3:  # governance.affairs.acts, or the room's own governance.web.desk
        return name
    return ".".join(parts[:3])


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The dotted names a module imports; `from governance.web import access` is governance.web.access."""
    known = {name_of(one) for one in modules()}
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for one in node.names:
                deeper = f"{base}.{one.name}"
                found.add(deeper if deeper in known else base)
    return frozenset(found - {name_of(path)})


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, nested ones too."""
    return [
        one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines from `def` to its end, without the docstring."""
    first = function.body[0]
    doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    said = first.end_lineno - first.lineno + 1 if doc and isinstance(first.value.value, str) else 0
    return function.end_lineno - function.lineno + 1 - said
