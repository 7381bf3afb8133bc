"""The sheets desk: who may print, what stands on plates and cards, and where the codes lead."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import text

from governance.base.database import db
from governance.village import codes, directory, households
from governance.village.staff import Role
from governance.web.desk import prints
from governance.web.desk.prints import spaced
from tests.factories import Village, make_household, make_staff, make_village, search, sign_in
from tests.web.frame.test_qr import read_svg

SVG = re.compile(r'<svg class="qr".*?</svg>')


@pytest.fixture
def homes():
    return 0


@pytest.fixture
def village(village) -> Village:
    make_household(village, 1, 1, head="王秀兰")
    make_household(village, 1, 2, head="赵大山")
    make_household(village, 2, 17, head="买买提·吐尔逊")
    return village


def desk(village: Village, page: str = "") -> str:
    return f"/desk/{village.place.code}/sheets/{page}"


def printed(answer) -> list[str]:
    """What the codes of a page say."""
    assert answer.status_code == 200
    return [read_svg(svg).text for svg in SVG.findall(answer.text)]


def tokens(village: Village, kind: str) -> list[str]:
    return [codes.code_in_use(village.id, home.id, kind).token for home in village.homes]


def test_door_plates_lead_to_the_households_in_door_order(village, clerk):
    expected = [f"http://hemei.test/h/{token}" for token in tokens(village, "door")]
    assert printed(clerk.get(desk(village, "doors"))) == expected


def test_cards_lead_to_the_cards(village, clerk):
    expected = [f"http://hemei.test/c/{token}" for token in tokens(village, "card")]
    assert printed(clerk.get(desk(village, "cards"))) == expected


def test_a_plate_shows_code_and_village_and_no_name_because_it_hangs_in_public(village, clerk):
    page = clerk.get(desk(village, "doors")).text
    assert "17号" in page
    assert "石家村" in page
    assert "微信或手机相机扫一扫" in page
    for home in village.homes:
        assert home.head not in page


def test_a_card_shows_the_head_the_code_and_the_number_in_groups_of_four(village, clerk):
    page = clerk.get(desk(village, "cards")).text
    number = codes.code_in_use(village.id, village.homes[2].id, "card").number
    for shown in ("买买提·吐尔逊", "2组17号", f"{number[:4]} {number[4:]}", "凭此卡查积分、兑换"):
        assert shown in page


def test_the_number_is_grouped_as_it_is_read_aloud():
    assert spaced("60281234") == "6028 1234"
    assert spaced("") == ""


def test_paper_for_villagers_is_chinese_whatever_the_clerk_reads(village, clerk):
    clerk.post("/language", data={"language": "en"})
    plates = clerk.get(desk(village, "doors")).text
    assert "Print" in plates
    assert "<span>2组</span> <span>17号</span>" in plates
    assert "No. 17" not in plates
    assert "石家村 积分户卡" in clerk.get(desk(village, "cards")).text


def test_a_long_number_is_printed_smaller(village, clerk):
    assert 'class="code long"' not in clerk.get(desk(village, "doors")).text
    make_household(village, 1, 1234)
    assert clerk.get(desk(village, "doors")).text.count('class="code long"') == 1


@pytest.mark.parametrize("kind", ["doors", "cards"])
def test_a_grid_prints_its_own_households(village, clerk, kind):
    answer = clerk.get(desk(village, f"{kind}?grid={village.grids[0].code}"))
    assert len(printed(answer)) == 2
    assert "1组网格" in answer.text


@pytest.mark.parametrize("kind", ["doors", "cards"])
def test_one_household_prints_its_own_code(village, clerk, kind):
    answer = clerk.get(desk(village, f"{kind}?household={village.homes[2].id}"))
    assert [url.rsplit("/", 1)[1] for url in printed(answer)] == [tokens(village, kind[:-1])[2]]


def test_a_replaced_code_is_printed_as_the_new_one(village, clerk):
    old = tokens(village, "door")[0]
    codes.replace_codes(village.place, [village.homes[0].id], "door")
    new = tokens(village, "door")[0]
    assert printed(clerk.get(desk(village, "doors")))[0] == f"http://hemei.test/h/{new}"
    assert new != old


def test_a_closed_household_is_not_printed(village, clerk):
    households.close_household(households.get_household(village.id, village.homes[0].id))
    assert len(printed(clerk.get(desk(village, "cards")))) == 2
    alone = clerk.get(desk(village, f"cards?household={village.homes[0].id}"))
    assert alone.status_code == 200
    assert "这里没有要打印的户" in alone.text


@pytest.mark.parametrize(
    "query",
    ["household=nobody", f"household={uuid.UUID(int=7)}", "grid=99", "grid=99999999999999"],
)
@pytest.mark.parametrize("kind", ["doors", "cards"])
def test_what_is_not_in_the_village_is_not_found(village, clerk, kind, query):
    assert clerk.get(desk(village, f"{kind}?{query}")).status_code == 404


def test_another_villages_household_and_grid_are_not_found(village, clerk):
    other = make_village("白家村")
    foreign = [f"household={other.homes[0].id}", f"grid={other.grids[0].code}"]
    code = other.place.code
    for query in foreign:
        assert clerk.get(desk(village, f"cards?{query}")).status_code == 404
    assert clerk.get(f"/desk/{code}/sheets/cards").status_code == 404


@pytest.mark.parametrize("page", ["", "doors", "cards"])
def test_the_supervisor_prints_neither_plates_nor_cards(client, village, page):
    person = make_staff(Role.SUPERVISOR, village.place)
    sign_in(client, person)
    answer = client.get(desk(village, page))
    assert answer.status_code == 403
    assert "只由村委会打印" in answer.text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.STOREKEEPER])
def test_nobody_else_comes_in(client, village, role):
    sign_in(client, make_staff(role, village.place))
    assert client.get(desk(village, "cards")).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, village):
    answer = client.get(desk(village, "cards"))
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_the_desk_offers_every_grid_and_counts_the_paper(village, clerk):
    page = clerk.get(desk(village)).text
    assert "全村 3 户，1 张" in page
    for grid in village.grids:
        assert grid.code in page


def test_the_desk_finds_one_household_by_name_or_code(village, clerk):
    for words in ("赵大山", "1组2号"):
        page = search(clerk, desk(village), words).text
        assert "打印 1组2号 的门牌码" in page
        assert "打印 1组1号 的门牌码" not in page


def test_the_desk_says_when_nothing_was_found(village, clerk):
    assert "没有找到「钱」" in search(clerk, desk(village), "钱").text


def test_codes_that_lead_to_this_very_computer_bring_a_warning(app, village, clerk, monkeypatch):
    warning = "村民的手机打不开"
    assert warning not in clerk.get(desk(village, "doors")).text
    monkeypatch.setitem(app.config, "BASE_URL", "")
    local = clerk.get(desk(village, "doors"))
    assert warning in local.text
    assert printed(local)[0].startswith("http://localhost/h/")


def test_without_a_base_address_the_codes_lead_where_the_page_was_asked(
    app, village, clerk, monkeypatch
):
    monkeypatch.setitem(app.config, "BASE_URL", "")
    clerk.set_cookie("session", clerk.get_cookie("session").value, domain="192.168.1.9")
    answer = clerk.get(desk(village, "cards"), base_url="http://192.168.1.9:8000")
    assert printed(answer)[0].startswith("http://192.168.1.9:8000/c/")
    assert "手机打不开" not in answer.text


def test_an_empty_village_has_no_sheet(village, clerk):
    db.session.execute(text("UPDATE codes SET replaced_at = made_at"))
    db.session.commit()
    page = clerk.get(desk(village, "doors"))
    assert printed(page) == []
    assert "这里没有要打印的户" in page.text


@pytest.fixture
def two_at_a_time(monkeypatch):
    monkeypatch.setattr(prints, "PART", 2)


def test_a_print_of_many_comes_in_parts_and_says_so(village, clerk, two_at_a_time):
    expected = [f"http://hemei.test/h/{token}" for token in tokens(village, "door")]
    first, second = (clerk.get(desk(village, f"doors?part={part}")) for part in (1, 2))
    assert printed(first) + printed(second) == expected
    assert "一共 3 户，分 2 份，这是第 1 份" in first.text
    assert "共 1 户，1 张 A4 纸" in second.text
    assert f'href="{desk(village, "doors")}?part=2"' in first.text
    assert "，分 2 份" in clerk.get(desk(village)).text


def test_a_part_keeps_to_the_grid_and_knows_its_limits(village, clerk, two_at_a_time):
    grid = village.grids[0].code
    every = printed(clerk.get(desk(village, f"cards?grid={grid}")))
    rows = directory.codes_for_print(village.id, "card", grid_id=village.grids[0].id)
    assert every == [f"http://hemei.test/c/{row.token}" for row in rows]
    for odd in ("0", "-1", "99", "x", "9" * 400):
        assert printed(clerk.get(desk(village, f"doors?part={odd}")))


def test_a_print_of_few_is_one_part_and_says_nothing_of_parts(village, clerk):
    assert "分份打印" not in clerk.get(desk(village, "doors")).text
