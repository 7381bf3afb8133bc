"""The households desk: found, added, edited, moved, closed; bad input keeps what was typed; the supervisor looks."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.base.database import db
from governance.village import codes, directory, households
from governance.village.households import Household
from governance.village.members import members_of
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_household,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
    search,
    sign_in,
)
from tests.web.pages import fields_of

NEW = {"group_no": "1", "number": "", "grid": "", "head": "王秀兰", "status": "resident"}
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def homes():
    return 0


@pytest.fixture
def village(village):
    make_household(
        village, 1, 5, phone="13800000001", members=[("王秀兰", "户主"), ("汪福", "配偶")]
    )
    make_household(village, 2, 17, head="陈海荣", status="empty", party=True)
    village.other = make_village(homes=1)
    return village


def url(village, path=""):
    return f"/desk/{village.place.code}/households/{path}"


def home_url(village, path="", home=0):
    return url(village, f"{village.homes[home].id}{path}")


def now(app, village, home=0):
    """The household as the database has it."""
    with app.app_context():
        found = households.get_household(village.id, village.homes[home].id)
        found.people = [(one.name, one.relation) for one in members_of(found.village_id, found.id)]
        found.tokens = {
            kind: getattr(codes.code_in_use(village.id, found.id, kind), "token", None)
            for kind in ("door", "card")
        }
        return found


def count(app, village):
    with app.app_context():
        return directory.search(village.id)[1]


def typed(client, address):
    """What a form sends back when nothing is changed."""
    page = client.get(address).text
    return dict(fields_of(re.search(r"<form class=\"card\".*?</form>", page, re.S)[0]))


class TestTheList:
    def test_shows_households_with_masked_phones_and_figures(self, app, village, clerk):
        with app.app_context():
            give_points(village, village.homes[0], 7)
        page = clerk.get(url(village)).text
        assert "1组5号" in page
        assert "138****0001" in page
        assert "13800000001" not in page
        assert "2 户" in page

    @pytest.mark.parametrize("words", ["陈海荣", "2组17号", "0217"])
    def test_finds_by_name_and_code(self, village, clerk, words):
        page = search(clerk, url(village), words).text
        assert "陈海荣" in page
        assert "王秀兰</a>" not in page

    def test_filters_by_status_and_grid(self, village, clerk):
        assert "王秀兰</a>" not in clerk.get(url(village, "?status=empty")).text
        page = clerk.get(url(village), query_string={"grid": village.grids[0].code}).text
        assert "王秀兰</a>" in page
        assert "陈海荣</a>" not in page

    def test_an_empty_list_says_what_to_do(self, app, village, clerk):
        assert "换个写法" in search(clerk, url(village), "无此人").text
        with app.app_context():
            fresh = make_village(homes=0)
            newcomer = make_staff(Role.COMMITTEE, fresh.place, "newcomer")
        page = sign_in(app.test_client(), newcomer).get(url(fresh)).text
        assert "花名册" in page

    def test_pages_keep_the_filters(self, app, village, clerk, monkeypatch):
        monkeypatch.setattr("governance.web.desk.households.PAGE", 1)
        page = search(clerk, url(village), "组").text
        assert "第 1 页，共 2 页" in page
        following = re.search(r"rel=\"next\" href=\"([^\"]+)\"", page)[1].replace("&amp;", "&")
        assert "陈海荣" in clerk.get(following).text
        assert "s=1" in following

    @pytest.mark.parametrize(
        "query",
        [
            "page=0",
            "page=-1",
            "page=x",
            "page=99999999999999999999",
            "grid=x",
            "status=x",
            "closed=x",
            "s=1",
        ],
    )
    def test_nonsense_in_the_address_is_no_error(self, village, clerk, query):
        assert clerk.get(url(village, f"?{query}")).status_code == 200

    def test_closed_households_are_a_click_away(self, village, clerk):
        clerk.post(home_url(village, "/close"))
        assert "王秀兰</a>" not in clerk.get(url(village)).text
        assert "王秀兰</a>" in clerk.get(url(village, "?closed=1")).text


class TestOneHousehold:
    def test_shows_the_register_the_people_the_codes_and_the_passbook(self, app, village, clerk):
        with app.app_context():
            rule = make_rule(village, behaviour="清扫门前")
            make_award(make_scorer(village), village.homes[0], rule)
        page = clerk.get(home_url(village)).text
        for text in (
            "王秀兰",
            "汪福",
            "配偶",
            "138****0001",
            "1组网格",
            "清扫门前",
            "换新门牌码",
            "补办户卡",
        ):
            assert text in page, text
        assert f"/sheets/doors?household={village.homes[0].id}" in page
        assert f"/sheets/cards?household={village.homes[0].id}" in page

    def test_without_lines_or_members_it_says_so(self, village, clerk):
        page = clerk.get(home_url(village, home=1)).text
        assert "没有登记家庭成员" in page
        assert "还没有一笔" in page

    def test_another_villages_household_is_not_found(self, village, clerk):
        strange = village.other.homes[0].id
        for path in ("", "/edit", "/move", "/close"):
            assert clerk.get(url(village, f"{strange}{path}")).status_code == 404
        for path in ("/edit", "/move", "/close", "/reopen", "/code"):
            assert (
                clerk.post(url(village, f"{strange}{path}"), data={"kind": "door"}).status_code
                == 404
            )
        assert clerk.get(url(village, str(uuid.uuid4()))).status_code == 404
        assert clerk.get(url(village, "not-an-id")).status_code == 404


class TestAdding:
    def test_a_household_gets_the_next_number_and_the_grid_of_its_group(self, app, village, clerk):
        answer = clerk.post(
            url(village, "new"), data=NEW | {"members-0-name": "汪福", "members-0-relation": "配偶"}
        )
        assert answer.status_code == 303
        page = clerk.get(answer.location).text
        assert "已添加 1组1号" in page
        assert "1组网格" in page
        assert "汪福" in page

    def test_the_form_sent_twice_adds_one(self, app, village, clerk):
        key = typed(clerk, url(village, "new"))["key"]
        for _ in "ab":
            assert clerk.post(url(village, "new"), data=NEW | {"key": key}).status_code == 303
        assert count(app, village) == 3

    def test_a_number_in_use_is_refused_and_what_was_typed_is_kept(self, app, village, clerk):
        answer = clerk.post(
            url(village, "new"), data=NEW | {"number": "5", "head": "李志明", "note": "新来的"}
        )
        assert answer.status_code == 422
        assert "1组5号 已经是 王秀兰 家" in answer.text
        assert "李志明" in answer.text
        assert "新来的" in answer.text
        assert count(app, village) == 2

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("head", "", "请填写这一栏"),
            ("head", "<b>", "不该有的字符"),
            ("group_no", "0", "请填写"),
            ("group_no", "1000", "应为"),
            ("number", "10000", "应为"),
            ("size", "-1", "应为"),
            ("size", "9" * 5000, "有几处要改"),
            ("phone", "123", "11 位"),
            ("status", "gone", "有几处要改"),
            ("grid", "x", "有几处要改"),
            ("note", "620502199001011234", "身份证号"),
            ("door", "东" * 61, "不超过"),
            ("members-0-name", "=1", "不该有的字符"),
            ("members-0-relation", "子", "请填写姓名"),
        ],
    )
    def test_bad_input_is_refused_with_a_sentence(
        self, app, village, clerk, field, value, sentence
    ):
        answer = clerk.post(url(village, "new"), data=NEW | {field: value})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert count(app, village) == 2


class TestEditing:
    def test_a_form_sent_back_as_it_came_changes_nothing(self, app, village, clerk):
        before = now(app, village)
        data = typed(clerk, home_url(village, "/edit"))
        assert data["phone"] == "13800000001"
        assert clerk.post(home_url(village, "/edit"), data=data).status_code == 303
        after = now(app, village)
        for name in (*households.Details.FIELDS, "grid_id", "people"):
            assert getattr(after, name) == getattr(before, name), name

    def test_everything_can_be_changed(self, app, village, clerk):
        data = {
            "head": " 王 小兰",
            "phone": "139 0000 0002",
            "size": "5",
            "status": "seasonal",
            "door": "东街1号",
            "party": "y",
            "note": "两\r\n行",
            "members-0-name": "汪福",
            "members-0-relation": "户主",
            "members-1-name": "",
            "members-1-relation": "",
        }
        assert clerk.post(home_url(village, "/edit"), data=data).status_code == 303
        home = now(app, village)
        assert (home.head, home.phone, home.size, home.status) == (
            "王小兰",
            "13900000002",
            5,
            "seasonal",
        )
        assert (home.door, home.party, home.note, home.people) == (
            "东街1号",
            True,
            "两\n行",
            [("汪福", "户主")],
        )
        assert home.code == "1组5号"

    def test_three_empty_rows_wait_for_more_people(self, village, clerk):
        assert "members-4-name" in clerk.get(home_url(village, "/edit")).text
        assert "members-5-name" not in clerk.get(home_url(village, "/edit")).text

    def test_a_refused_form_keeps_what_was_typed(self, app, village, clerk):
        data = typed(clerk, home_url(village, "/edit")) | {
            "phone": "12",
            "members-2-name": "石军明",
        }
        answer = clerk.post(home_url(village, "/edit"), data=data)
        assert answer.status_code == 422
        assert "11 位" in answer.text
        assert 'value="石军明"' in answer.text
        assert now(app, village).people == [("王秀兰", "户主"), ("汪福", "配偶")]

    def test_more_people_than_any_household_has_are_not_taken(self, app, village, clerk):
        people = {f"members-{n}-name": "甲某" for n in range(200)}
        answer = clerk.post(
            home_url(village, "/edit"), data=typed(clerk, home_url(village, "/edit")) | people
        )
        assert answer.status_code in (303, 422)
        assert len(now(app, village).people) <= 40

    def test_a_closed_household_is_not_edited(self, village, clerk):
        clerk.post(home_url(village, "/close"))
        for path in ("/edit", "/move", "/close"):
            answer = clerk.get(home_url(village, path))
            assert answer.status_code == 409
            assert "已经注销" in answer.text
        assert clerk.post(home_url(village, "/edit"), data={"head": "甲某"}).status_code == 409


class TestMoving:
    def test_group_number_and_grid_change_and_the_plate_follows(self, app, village, clerk):
        data = {"group_no": "2", "number": "18", "grid": village.grids[1].code}
        assert clerk.post(home_url(village, "/move"), data=data).status_code == 303
        home = now(app, village)
        assert (home.code, home.door, home.grid_id) == ("2组18号", "2组18号", village.grids[1].id)

    def test_an_address_of_its_own_stays(self, app, village, clerk):
        clerk.post(
            home_url(village, "/edit"),
            data=typed(clerk, home_url(village, "/edit")) | {"door": "东街1号"},
        )
        clerk.post(
            home_url(village, "/move"),
            data=typed(clerk, home_url(village, "/move")) | {"number": "9"},
        )
        home = now(app, village)
        assert (home.code, home.door) == ("1组9号", "东街1号")

    def test_a_number_in_use_is_refused(self, app, village, clerk):
        data = {"group_no": "2", "number": "17", "grid": village.grids[1].code}
        answer = clerk.post(home_url(village, "/move"), data=data)
        assert answer.status_code == 422
        assert "已经是 陈海荣 家" in answer.text
        assert now(app, village).code == "1组5号"

    def test_another_villages_grid_is_no_choice(self, app, village, clerk):
        data = {"group_no": "1", "number": "5", "grid": village.other.grids[0].code}
        assert clerk.post(home_url(village, "/move"), data=data).status_code == 422


class TestClosing:
    def test_what_it_means_is_said_first(self, app, village, clerk):
        with app.app_context():
            give_points(village, village.homes[0], 7)
            make_award(make_scorer(village), village.homes[0], make_rule(village, review="first"))
        page = clerk.get(home_url(village, "/close")).text
        assert "可兑换分 7 分" in page
        assert "1 条记分等审核" in page
        assert now(app, village).closed_on is None

    def test_it_closes_once_and_opens_again_with_new_codes(self, app, village, clerk):
        before = now(app, village).tokens
        for _ in "ab":
            assert clerk.post(home_url(village, "/close")).status_code == 303
        assert now(app, village).tokens == {"door": None, "card": None}
        assert "恢复这一户" in clerk.get(home_url(village)).text
        for _ in "ab":
            assert clerk.post(home_url(village, "/reopen")).status_code == 303
        home = now(app, village)
        assert home.closed_on is None
        assert None not in home.tokens.values()
        assert not set(home.tokens.values()) & set(before.values())

    def test_it_stays_closed_when_its_number_was_given_away(self, app, village, clerk):
        clerk.post(home_url(village, "/close"))
        clerk.post(url(village, "new"), data=NEW | {"number": "5", "head": "李志明"})
        answer = clerk.post(home_url(village, "/reopen"))
        assert answer.status_code == 409
        assert "李志明" in answer.text


class TestCodes:
    @pytest.mark.parametrize("kind", ["door", "card"])
    def test_a_code_is_replaced_once_by_a_double_tap(self, app, village, clerk, kind):
        old = now(app, village).tokens
        for sentence in ("重新打印", "没有再换"):
            answer = clerk.post(home_url(village, "/code"), data={"kind": kind, "old": old[kind]})
            assert answer.status_code == 303
            assert sentence in clerk.get(answer.location).text
        new = now(app, village).tokens
        assert new[kind] != old[kind]
        assert {name: new[name] for name in new if name != kind} == {
            name: old[name] for name in old if name != kind
        }

    @pytest.mark.parametrize("data", [{}, {"kind": "spare"}, {"kind": "door", "old": "x" * 1000}])
    def test_nonsense_replaces_nothing(self, app, village, clerk, data):
        before = now(app, village).tokens
        assert clerk.post(home_url(village, "/code"), data=data).status_code in (303, 422)
        assert now(app, village).tokens == before


class TestTheSupervisor:
    def test_looks_at_the_list_and_a_household_without_any_button(self, village, supervisor):
        for address in (url(village), home_url(village)):
            page = supervisor.get(address)
            assert page.status_code == 200
            for text in ("添加一户", "修改资料", "注销</a>", "换新门牌码", "打印", "导入"):
                assert text not in page.text, text

    @pytest.mark.parametrize("path", ["new", "{home}/edit", "{home}/move", "{home}/close"])
    def test_sees_no_form(self, village, supervisor, path):
        answer = supervisor.get(url(village, path.format(home=village.homes[0].id)))
        assert answer.status_code == 403
        assert "13800000001" not in answer.text

    @pytest.mark.parametrize(
        "path",
        ["new", "{home}/edit", "{home}/move", "{home}/close", "{home}/reopen", "{home}/code"],
    )
    def test_changes_nothing(self, app, village, supervisor, path):
        address = url(village, path.format(home=village.homes[0].id))
        assert supervisor.post(address, data=NEW | {"kind": "door"}).status_code == 403
        assert (count(app, village), now(app, village).closed_on) == (2, None)


values = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "9" * 50, "=1", "<b>", "resident", "y", "王秀兰", "1e9", "１２"]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
fields = [
    "group_no",
    "number",
    "grid",
    "head",
    "phone",
    "size",
    "status",
    "door",
    "party",
    "note",
    "key",
    "kind",
    "old",
    "members-0-name",
    "members-0-relation",
    "members-x-name",
    "members-99999999999999999999-name",
    "members-",
]
PATHS = ["new", "{home}/edit", "{home}/move", "{home}/close", "{home}/reopen", "{home}/code"]


@FEW
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(fields), values, max_size=8))
def test_no_form_ever_breaks_the_desk(app, village, clerk, path, data):
    answer = clerk.post(url(village, path.format(home=village.homes[0].id)), data=data)
    assert answer.status_code in (303, 409, 422)
    with app.app_context():
        for home in db.session.scalars(
            db.select(Household).where(Household.village_id == village.id)
        ):
            assert home.head == households.clean_name(home.head)


@FEW
@given(st.dictionaries(st.sampled_from(["q", "page", "grid", "status", "closed"]), values))
def test_no_address_ever_breaks_the_list(village, clerk, query):
    assert clerk.get(url(village), query_string=query).status_code == 200
    assert search(clerk, url(village), query.get("q", "")).status_code in (200, 400)
