"""The list of doors."""

from __future__ import annotations

from flask import Blueprint

from governance.web import admin, api, area, entrance, kin, officer, public, shop, villager
from governance.web.committee import desks


def all_doors() -> list[Blueprint]:
    """Every blueprint of the service."""
    return [
        entrance.door,
        public.door,
        kin.door,
        officer.door,
        api.door,
        villager.door,
        shop.door,
        area.door,
        admin.door,
        *desks(),
    ]
