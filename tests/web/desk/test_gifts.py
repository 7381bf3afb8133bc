"""The gift desk: terms, deliveries, counts, a list from a file; the supervisor looks and changes nothing."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.affairs.shop import gifts
from governance.base.database import new_id
from tests.factories import make_gift, make_village, sign_in


@pytest.fixture
def homes():
    return 1


@pytest.fixture
def village(village):
    """With soap on the shelf."""
    village.soap = make_gift(village, "肥皂", points=5, stock=10, worth_cents=550, month_limit=4)
    village.desk = f"/desk/{village.place.code}/gifts"
    village.page = f"{village.desk}/{village.soap.id}"
    return village


def soap(village):
    return gifts.get_gift(village.id, village.soap.id)


def terms(**more):
    return {
        "name": "大米",
        "points": "50",
        "worth": "49.90",
        "month_limit": "1",
        "offered": "y",
        "stock": "40",
    } | more


def test_the_list_shows_price_stock_limit_and_worth(clerk, village):
    page = clerk.get(f"{village.desk}/").text
    assert "肥皂" in page
    assert "库存价值 55 元" in page
    assert "5.50" in page


def test_a_gift_is_added_with_its_stock(clerk, village):
    answer = clerk.post(f"{village.desk}/add", data=terms())
    assert answer.status_code == 303
    assert "已添加「大米」" in clerk.get(answer.location).text
    rice = next(one for one in gifts.all_gifts(village.id) if one.name == "大米")
    [move], _ = gifts.moves_of(village.id, rice.id)
    assert (rice.points, rice.worth_cents, rice.month_limit, rice.stock, rice.offered) == (
        50,
        4990,
        1,
        40,
        True,
    )
    assert move.by == village.clerk.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "长" * 41},
        {"points": ""},
        {"points": "0"},
        {"points": "五"},
        {"points": "10001"},
        {"points": "9" * 5000},
        {"worth": "-1"},
        {"worth": "NaN"},
        {"worth": "sNaN"},
        {"worth": "1e9999"},
        {"worth": "10001"},
        {"month_limit": "0"},
        {"month_limit": "100"},
        {"stock": "-1"},
        {"stock": "10001"},
        {"name": "肥皂"},
    ],
)
def test_what_was_typed_wrong_is_told_and_kept(clerk, village, wrong):
    answer = clerk.post(f"{village.desk}/add", data=terms(**wrong))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert 'name="stock"' in answer.text
    assert len(gifts.all_gifts(village.id)) == 1


def test_editing_changes_the_terms_and_leaves_the_stock(clerk, village):
    page = clerk.get(f"{village.page}/edit").text
    assert 'value="5.50"' in page
    assert 'name="stock"' not in page
    answer = clerk.post(
        f"{village.page}/edit", data={"name": "香皂", "points": "6", "worth": "", "month_limit": ""}
    )
    assert answer.status_code == 303
    found = soap(village)
    assert (found.name, found.points, found.worth_cents, found.month_limit) == ("香皂", 6, 0, None)
    assert (found.offered, found.stock) == (False, 10)
    assert "已下架" in clerk.get(village.page).text


def test_editing_refuses_anothers_name(clerk, village):
    make_gift(village, "大米")
    answer = clerk.post(f"{village.page}/edit", data=terms())
    assert answer.status_code == 422
    assert "已经有「大米」了" in answer.text
    assert soap(village).name == "肥皂"


def test_a_delivery_is_registered_once_however_often_it_is_sent(clerk, village):
    page = clerk.get(village.page).text
    move = re.search(r'name="move" value="([^"]+)"', page)[1]
    for _ in range(3):
        answer = clerk.post(
            f"{village.page}/deliver", data={"move": move, "pieces": "20", "note": "供销社"}
        )
        assert answer.status_code == 303
    assert soap(village).stock == 30
    page = clerk.get(village.page).text
    assert page.count("供销社") == 1
    answer = clerk.post(f"{village.page}/deliver", data={"move": move, "pieces": "21"})
    assert answer.status_code == 422
    assert soap(village).stock == 30


@pytest.mark.parametrize("pieces", ["", "0", "-1", "x", "10001", "9991"])
def test_a_delivery_that_makes_no_sense_is_refused(clerk, village, pieces):
    answer = clerk.post(
        f"{village.page}/deliver", data={"move": "no-id", "pieces": pieces, "note": "供销社单号7"}
    )
    assert answer.status_code == 422
    assert "供销社单号7" in answer.text
    assert soap(village).stock == 10


@pytest.mark.parametrize(
    ("counted", "told"), [("7", "少了 3 件"), ("12", "多出 2 件"), ("10", "盘点相符")]
)
def test_a_count_sets_the_stock_and_keeps_the_difference(clerk, village, counted, told):
    answer = clerk.post(f"{village.page}/count", data={"counted": counted, "why": "破损"})
    assert answer.status_code == 303
    assert told in clerk.get(answer.location).text
    assert soap(village).stock == int(counted)


@pytest.mark.parametrize("counted", ["", "-1", "10001", "三"])
def test_a_count_that_makes_no_sense_is_refused(clerk, village, counted):
    answer = clerk.post(f"{village.page}/count", data={"counted": counted, "why": "年底盘点"})
    assert answer.status_code == 422
    assert "年底盘点" in answer.text
    assert soap(village).stock == 10


def upload(clerk, village, text):
    return clerk.post(
        f"{village.desk}/load", data={"file": (io.BytesIO(text.encode()), "gifts.csv")}
    )


def test_a_list_is_loaded_from_a_file_and_known_gifts_stay(clerk, village):
    for added, left in ((1, 1), (0, 2)):
        answer = upload(clerk, village, "名称,积分,库存\n肥皂,9,99\n大米,50,4\n")
        assert answer.status_code == 303
        assert f"新增兑换品 {added} 种，原有 {left} 种没有改动" in clerk.get(answer.location).text
    assert soap(village).points == 5


def test_faults_of_a_file_are_named_by_row_and_column(clerk, village):
    answer = upload(clerk, village, "名称,积分,库存\n大米,50,4\n食用油,很多,1\n")
    assert answer.status_code == 422
    assert re.search(r"<td>3</td><td[^>]*>积分</td><td>应为整数。</td>", answer.text)
    assert len(gifts.all_gifts(village.id)) == 1


def test_no_file_or_an_unreadable_one_is_refused(clerk, village):
    assert clerk.post(f"{village.desk}/load", data={}).status_code == 422
    answer = upload(clerk, village, "甲,乙\n1,2\n")
    assert answer.status_code == 422
    assert "表头" in answer.text


def test_the_supervisor_looks_and_changes_nothing(app, clerk, village):
    reader = sign_in(app.test_client(), village.supervisor)
    for path in (f"{village.desk}/", village.page):
        page = reader.get(path)
        assert page.status_code == 200
        assert '<form method="post" action="/desk' not in page.text
        assert "添加兑换品" not in page.text
    for path in (f"{village.desk}/add", f"{village.page}/edit", f"{village.desk}/load"):
        assert reader.get(path).status_code == 403
        assert reader.post(path, data=terms()).status_code == 403
    for path in (f"{village.page}/deliver", f"{village.page}/count"):
        assert reader.post(path, data={"pieces": "5", "counted": "5"}).status_code == 403
    assert soap(village).stock == 10


def test_another_villages_gifts_are_not_found(clerk, village):
    other = make_village(homes=0)
    theirs = make_gift(other)
    for key in (theirs.id, new_id()):
        for path in ("", "/edit"):
            assert clerk.get(f"{village.desk}/{key}{path}").status_code == 404
        for path in ("/deliver", "/count", "/edit"):
            assert (
                clerk.post(f"{village.desk}/{key}{path}", data={"pieces": "1"}).status_code == 404
            )
    assert clerk.get(f"/desk/{other.place.code}/gifts/").status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 30])
def test_a_strange_page_number_is_no_fault(clerk, village, page):
    assert clerk.get(f"{village.page}?page={page}").status_code == 200


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.text(max_size=50),
    number=st.text(max_size=12) | st.integers().map(str) | st.floats().map(str),
    file=st.text(max_size=100),
)
def test_whatever_is_typed_nothing_breaks(clerk, village, name, number, file):
    numbers = dict.fromkeys(
        ("points", "worth", "month_limit", "stock", "pieces", "counted"), number
    )
    fields = numbers | {"name": name, "note": name, "why": name, "move": name}
    answers = [clerk.post(f"{village.desk}/add", data=fields), upload(clerk, village, file)]
    answers += [
        clerk.post(f"{village.page}/{act}", data=fields) for act in ("edit", "deliver", "count")
    ]
    assert all(answer.status_code < 500 for answer in answers)
