"""The villager's door: the card opens the passbook; the door code alone names nobody."""

from __future__ import annotations

from governance.base.database import atomic, db
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village import codes
from governance.village.codes import code_in_use
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_gift,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    sign_in,
)


def card(village, n=0):
    return code_in_use(village.id, village.homes[n].id, "card")


def test_the_card_shows_two_figures_and_the_passbook_with_reasons(village, client):
    scorer = make_scorer(village, make_staff(Role.OFFICER, village.place, name="李志明"))
    make_award(scorer, village.homes[0], make_rule(village), note="修水渠")
    make_award(scorer, village.homes[0], make_rule(village, behaviour="调解纠纷", review="second"))
    page = client.get(f"/c/{card(village).token}", follow_redirects=True).text
    assert "参加义务劳动（修水渠）" in page
    assert "李志明 记" in page
    assert "待审核" in page
    assert "调解纠纷" in page
    assert 'class="plus">5<' in page


def test_the_address_does_not_keep_the_card(village, client):
    answer = client.get(f"/c/{card(village).token}")
    assert answer.status_code == 302
    assert card(village).token not in answer.location
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_long_passbook_is_read_page_by_page(village, client):
    scorer, rule = make_scorer(village), make_rule(village)
    for _ in range(25):
        make_award(scorer, village.homes[0], rule)
    first = client.get(f"/c/{card(village).token}", follow_redirects=True).text
    assert first.count("可兑换余") == 20
    oldest = book.last_lines(village.id, village.homes[0].id, limit=20)[-1].seq
    assert f"before={oldest}" in first
    assert client.get(f"/my/?before={oldest}").text.count("可兑换余") == 5
    for nonsense in ("x", "-99999999999999999999", "99999999999999999999"):
        assert client.get(f"/my/?before={nonsense}").status_code == 200


def test_rules_gifts_and_board_are_there_even_when_empty(village, client):
    client.get(f"/c/{card(village).token}")
    for path, words in (
        ("/my/rules", "细则还没有公布"),
        ("/my/gifts", "还没有上架"),
        ("/my/board", "还没有入账"),
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert words in page.text


def test_the_board_names_who_is_under_age_by_the_surname(village, client):
    child = village.homes[1]
    child.head, child.minor = "李小明", True
    db.session.commit()
    make_award(make_scorer(village), child, make_rule(village))
    client.get(f"/c/{card(village).token}")
    page = client.get("/my/board").text
    assert "李某" in page
    assert "李小明" not in page


def test_the_board_names_only_those_who_gained(village, client):
    scorer = make_scorer(village)
    village.homes[1].head = "石建国"
    db.session.commit()
    make_award(scorer, village.homes[1], make_rule(village, points=-5))
    make_award(scorer, village.homes[0], make_rule(village))
    client.get(f"/c/{card(village).token}")
    page = client.get("/my/board").text
    assert "王秀兰" in page
    assert "石建国" not in page


def test_a_stranger_at_the_door_sees_the_village_and_no_name(village, client):
    token = code_in_use(village.id, village.homes[0].id, "door").token
    page = client.get(f"/h/{token}")
    assert page.status_code == 200
    assert "石家村" in page.text
    assert "王秀兰" not in page.text
    assert village.homes[0].code not in page.text


def test_the_door_code_and_the_cards_number_open_the_passbook(village, client):
    token = code_in_use(village.id, village.homes[0].id, "door").token
    number = card(village).number
    page = client.post(
        f"/h/{token}", data={"number": f"{number[:4]} {number[4:]}"}, follow_redirects=True
    )
    assert "王秀兰家" in page.text


def test_the_number_of_another_households_card_does_not_open_it(village, client):
    token = code_in_use(village.id, village.homes[0].id, "door").token
    wrong = client.post(f"/h/{token}", data={"number": card(village, 1).number})
    assert wrong.status_code == 403
    assert "户卡号不对" in wrong.text
    assert client.get("/my/").status_code == 302


def test_a_replaced_card_ends_the_session_and_says_so(village, client):
    old = card(village).token
    client.get(f"/c/{old}")
    assert client.get("/my/").status_code == 200
    codes.replace_codes(village.place, [village.homes[0].id], "card")
    assert client.get("/my/").status_code == 302
    assert "已经换新" in client.get(f"/c/{old}").text


def test_a_card_cannot_be_used_as_a_door_nor_a_door_as_a_card(village, client):
    door = code_in_use(village.id, village.homes[0].id, "door").token
    assert client.get(f"/c/{door}").status_code == 404
    assert client.get(f"/h/{card(village).token}").status_code == 404


def test_staff_pages_stay_closed_to_a_household(village, client):
    client.get(f"/c/{card(village).token}")
    for path in ("/officer/", f"/desk/{village.place.code}/", "/shop/", "/admin/"):
        assert client.get(path).status_code == 302


def test_a_storekeeper_who_scans_a_card_comes_to_the_counter(app, village):
    shop = sign_in(app.test_client(), make_staff(Role.STOREKEEPER, village.place))
    answer = shop.get(f"/c/{card(village).token}")
    assert answer.status_code == 302
    assert answer.location.startswith("/shop/")


def test_a_line_that_left_something_owed_says_so(village, client):
    give_points(village, village.homes[0], 3)
    with atomic():
        book.enter(
            village.id,
            [book.Entry(village.homes[0].id, Kind.AWARD, -5, -5, "乱堆乱倒", "award:owed")],
        )
    page = client.get(f"/c/{card(village).token}", follow_redirects=True).text
    assert page.count("还差 2 分，以后补") == 1
    assert "<dd>−2</dd>" in page


def test_gifts_are_within_reach_of_what_is_free_of_objections(village, client):
    make_gift(village, points=4)
    award_id = make_award(make_scorer(village), village.homes[0], make_rule(village))
    client.get(f"/c/{card(village).token}")
    assert "可以换" in client.get("/my/gifts").text
    make_objection(village, village.homes[0], award_id=award_id)
    page = client.get("/my/gifts").text
    assert "有 5 分在异议中，先不能用" in page
    assert "还差 4 分" in page
