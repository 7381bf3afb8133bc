"""What was read from a file, kept as it was read: what is shown and what is imported later are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from governance.base.worksheets.worksheet import Worksheet

MARKS = ("formulas", "errors", "dates", "spread")
PLACES = ("wide", "hidden_rows", "hidden_columns")


def pack(worksheets: Iterable[Worksheet]) -> bytes:
    """Worksheets as bytes."""
    return json.dumps([_plain(one) for one in worksheets], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def unpack(data: bytes) -> list[Worksheet]:
    """The worksheets again. Raises ValueError for anything else."""
    kept = json.loads(data.decode("utf-8", "surrogatepass"))
    if not isinstance(kept, list):
        raise ValueError("no worksheets")
    try:
        return [_worksheet(one) for one in kept]
    except (LookupError, TypeError) as fault:
        raise ValueError("no worksheets") from fault


def _plain(worksheet: Worksheet) -> dict[str, Any]:
    return {
        "name": worksheet.name,
        "rows": list(worksheet.rows.items()),
        "merged": worksheet.merged,
        **{name: sorted(getattr(worksheet, name)) for name in (*MARKS, *PLACES)},
    }


def _worksheet(plain: dict[str, Any]) -> Worksheet:
    worksheet = Worksheet(plain["name"], dict(plain["rows"]))
    worksheet.merged = [(tuple(first), tuple(last)) for first, last in plain["merged"]]
    for name in MARKS:
        setattr(worksheet, name, {tuple(one) for one in plain[name]})
    for name in PLACES:
        setattr(worksheet, name, set(plain[name]))
    return worksheet
