"""A register carried into the village: the whole of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from governance.base.database import atomic, learn_growth
from governance.base.errors import Conflict, phrase
from governance.ledger import book
from governance.village import households, places
from governance.village.places import Level, Place
from governance.village.register.planning import Plan, plan_import
from governance.village.register.rows import Register

AT_ONCE = 250  # households a statement; between statements the progress is told


class PlanChanged(Conflict):
    """Somebody changed the village's households since the preview."""

    code = "plan_changed"
    message = phrase("农户资料刚才有人改过，和您看到的预览不一样了。请重新看一遍再导入。")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; nothing is kept before the last of them has passed."""

    done: int
    total: int
    plan: Plan


def import_register(
    village: Place, register: Register, expected: str | None = None
) -> Iterator[Progress]:
    """Add and change households in one transaction, telling the progress; stopping undoes all.

    `expected` is the digest of the plan that was confirmed.
    Raises RegisterFaults, PlanChanged.
    """
    with atomic():
        places.lock_place(village.id)
        plan = plan_import(village, register)
        plan.refuse_faults()
        if expected is not None and plan.digest() != expected:
            raise PlanChanged
        total = len(plan.added) + len(plan.changed)
        yield Progress(0, total, plan)
        for done in _carry_out(village, plan):
            yield Progress(done, total, plan)


def _carry_out(village: Place, plan: Plan) -> Iterator[int]:
    for code, name in plan.new_grids:
        places.add_place(Level.GRID, code, name)
    grids = {grid.code: grid.id for grid in places.grids_of(village.id)}
    for start in range(0, len(plan.added), AT_ONCE):
        batch = plan.added[start : start + AT_ONCE]
        households.add_households(village, [(grids[one.grid_code], one.details) for one in batch])
        if start == 0 and len(plan.added) > AT_ONCE:
            learn_growth(book.accounts, households.households)
        yield start + len(batch)
    for start in range(0, len(plan.changed), AT_ONCE):
        some = plan.changed[start : start + AT_ONCE]
        households.edit_households(village.id, {one.household_id: one.details for one in some})
        yield len(plan.added) + start + len(some)
