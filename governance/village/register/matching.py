"""Which entry of a worksheet is which household of the village."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from governance.base.database import AnyRow
from governance.village.register.rows import RegisterEntry

Key = tuple[object, ...] | None

# From the surest sign to the weakest; a sign counts only where it points to one household alone.
# The door comes before the number it contains, so that an export finds its own households again
# even where a number and the plate on the door have parted.
PASSES: tuple[tuple[Callable[[RegisterEntry], Key], Callable[[AnyRow], Key]], ...] = (
    (
        lambda entry: (entry.group_no, entry.door.text, entry.head) if entry.door.text else None,
        lambda home: (home.group_no, home.door, home.head),
    ),
    (
        lambda entry: (entry.group_no, entry.door.hint, entry.head) if entry.door.hint else None,
        lambda home: (home.group_no, home.number, home.head),
    ),
    (
        lambda entry: (entry.group_no, entry.door.text) if entry.door.text else None,
        lambda home: (home.group_no, home.door),
    ),
    (
        lambda entry: (entry.group_no, entry.door.number) if entry.door.number else None,
        lambda home: (home.group_no, home.number),
    ),
    (
        lambda entry: None if entry.door.number else (entry.group_no, entry.head),
        lambda home: (home.group_no, home.head),
    ),
)


def match(entries: Sequence[RegisterEntry], homes: Sequence[AnyRow]) -> dict[int, AnyRow]:
    """The household of each entry that has one, by the entry's row."""
    matched: dict[int, AnyRow] = {}
    free_homes = list(homes)
    for key_of_entry, key_of_home in PASSES:
        waiting = [entry for entry in entries if entry.row not in matched]
        by_key = _alone({id(entry): (key_of_entry(entry), entry) for entry in waiting})
        homes_by_key = _alone({home.id: (key_of_home(home), home) for home in free_homes})
        for key, entry in by_key.items():
            if key in homes_by_key:
                matched[entry.row] = homes_by_key[key]
        claimed = {home.id for home in matched.values()}
        free_homes = [home for home in free_homes if home.id not in claimed]
    return matched


def _alone(keyed: dict[Any, tuple[Key, Any]]) -> dict[Key, Any]:
    """What is the only one under its key."""
    found: dict[Key, list[Any]] = {}
    for key, one in keyed.values():
        if key is not None:
            found.setdefault(key, []).append(one)
    return {key: ones[0] for key, ones in found.items() if len(ones) == 1}
