"""A desk of the committee: who works there, who reads, and who is shown which list of desks."""

from __future__ import annotations

import re

import pytest

from governance.village.staff import Role
from governance.web.desk import LINKS
from tests.factories import make_staff, make_village, sign_in


def test_somebody_of_another_village_finds_no_desk_here(app, village):
    assert app.test_client().get(f"/desk/{village.place.code}/rules/").status_code == 302
    stranger = sign_in(app.test_client(), make_staff(Role.COMMITTEE, make_village().place))
    assert stranger.get(f"/desk/{village.place.code}/rules/").status_code == 404


def test_each_sees_the_desk_under_their_own_role(village, supervisor, clerk):
    assert "赵玉梅 · 监督委员" in supervisor.get(f"/desk/{village.place.code}/supervision/").text
    assert "张文书 · 村委会" in clerk.get(f"/desk/{village.place.code}/supervision/").text


def test_every_desk_of_the_list_opens_for_both_committees_and_names_itself(
    village, clerk, supervisor
):
    for browser in (clerk, supervisor):
        listed = browser.get(f"/desk/{village.place.code}/").text.partition("<nav")[2]
        addresses = dict.fromkeys(
            re.findall(rf'href="(/desk/{village.place.code}/[^"?#]*)"', listed)
        )
        assert len(addresses) >= len(LINKS)
        for address in addresses:
            assert browser.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICER, 403), (Role.STOREKEEPER, 403), (Role.TOWN, 403)]
)
def test_others_of_the_village_do_not_come_in(app, village, role, status):
    place = village.town if role is Role.TOWN else village.place
    somebody = sign_in(app.test_client(), make_staff(role, place))
    assert somebody.get(f"/desk/{village.place.code}/").status_code == status
