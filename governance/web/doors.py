"""The list of doors."""

from __future__ import annotations

from flask import Blueprint

from governance.web import (
    admin,
    api,
    area,
    complaints,
    entrance,
    field,
    kin,
    officer,
    public,
    shop,
    villager,
)
from governance.web import batching as _batching  # noqa: F401  (hangs its pages on the officer's door)
from governance.web import checking as _checking  # noqa: F401  (hangs its pages on the officer's door)
from governance.web import fielddata as _fielddata  # noqa: F401  (hangs its answers on the phone's door)
from governance.web import inspecting as _inspecting  # noqa: F401  (hangs its pages on the officer's door)
from governance.web import objecting as _objecting  # noqa: F401  (hangs its pages on the villager's door)
from governance.web import reminding as _reminding  # noqa: F401  (so does this)
from governance.web.committee import desks


def all_doors() -> list[Blueprint]:
    """Every blueprint of the service."""
    return [
        entrance.door,
        public.door,
        complaints.door,
        kin.door,
        officer.door,
        api.door,
        field.door,
        villager.door,
        shop.door,
        area.door,
        admin.door,
        *desks(),
    ]
