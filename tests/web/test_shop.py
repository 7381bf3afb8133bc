"""The storekeeper's door, page by page, without any JavaScript."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.affairs.shop import gifts, redemptions
from governance.base import clock
from governance.base.database import new_id
from governance.ledger import audit, book
from governance.village import codes, households
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_gift,
    make_household,
    make_reminder,
    make_reminder_rule,
    make_scorer,
    make_staff,
    make_village,
    search,
    show_card,
    sign_in,
)
from tests.web.pages import hidden


@pytest.fixture
def shop(app, client):
    """A village with a shop: a household of 20 points, soap at 5 and rice at 50; the storekeeper signed in."""
    with app.app_context():
        village = make_village(homes=0)
        village.homes.append(make_household(village, 3, 17, head="王秀兰", phone="13800138000"))
        with clock.set_to(clock.now() - clock.days(2)):
            give_points(village, village.homes[0], 20)
        village.soap = make_gift(village, "肥皂", points=5, stock=3, month_limit=2)
        village.rice = make_gift(village, "大米", points=50)
        village.keeper = make_staff(Role.STOREKEEPER, village.place)
        village.card = codes.code_in_use(village.id, village.homes[0].id, "card")
        village.home = f"/shop/household/{village.homes[0].id}"
        show_card(village, village.keeper.id, village.homes[0])
    sign_in(client, village.keeper)
    yield village
    with app.app_context():
        assert audit.audit_book(village.id).fault is None


def order(village, pieces=1, key=None, cost=None, **more):
    """The fields of a confirmed page."""
    cost = 5 * pieces if cost is None else cost
    return {
        "key": str(key or new_id()),
        "cost": str(cost),
        f"gift-{village.soap.id}": str(pieces),
    } | more


def figures(app, village):
    with app.app_context():
        home = village.homes[0].id
        return book.find_figures(village.id, home).spendable, gifts.get_gift(
            village.id, village.soap.id
        ).stock


def test_a_household_is_found_by_name_code_and_phone(client, shop):
    for words in ("王秀", "3组17号", "3-17", "13800138000"):
        page = search(client, "/shop/", words)
        assert page.status_code == 200
        assert shop.home in page.text
        assert "138****8000" in page.text
        assert "20 分" in page.text
    assert "13800138000" not in search(client, "/shop/", "王秀兰").text


def test_a_household_of_another_village_is_not_found(app, client, shop):
    with app.app_context():
        stranger = make_village(homes=1).homes[0]
    assert "没有找到" in search(client, "/shop/", "王秀兰陌生").text
    assert f"{stranger.id}" not in search(client, "/shop/", "王秀兰").text
    for path in ("", "/confirm"):
        assert client.get(f"/shop/household/{stranger.id}{path}").status_code == 404
    assert (
        client.post(f"/shop/household/{stranger.id}/hand-over", data=order(shop)).status_code == 404
    )


def test_the_card_opens_the_counter(client, shop):
    answer = client.get(f"/c/{shop.card.token}")
    assert answer.status_code == 302
    assert answer.location.endswith(shop.home)
    assert "王秀兰家" in client.get(answer.location).text


def test_the_number_on_the_card_is_compared(client, shop):
    answer = client.post(f"{shop.home}/card", data={"number": shop.card.number})
    assert answer.status_code == 303
    assert "户卡号对" in client.get(answer.location).text


def test_a_wrong_card_number_is_refused_and_locks_after_five(client, shop):
    wrong = f"{(int(shop.card.number) + 1) % 10**8:08d}"
    for _ in range(5):
        answer = client.post(f"{shop.home}/card", data={"number": wrong})
        assert answer.status_code == 403
        assert "户卡号不对" in answer.text
    assert client.post(f"{shop.home}/card", data={"number": shop.card.number}).status_code == 429
    assert client.post(f"{shop.home}/card", data={"number": "12"}).status_code == 422


def test_the_counter_greys_what_is_out_of_reach_and_says_why(app, client, shop):
    with app.app_context():
        make_gift(shop, "牙刷", points=1, stock=0)
    page = client.get(shop.home).text
    assert "还差 30 分" in page
    assert "暂时没有货" in page
    assert "最多 2 件" in page
    assert f'name="gift-{shop.soap.id}"' in page
    assert f'name="gift-{shop.rice.id}"' not in page


def test_from_the_counter_to_the_receipt(app, client, shop):
    counter = client.get(shop.home).text
    chosen = {
        "key": hidden(counter, "key"),
        f"gift-{shop.soap.id}": "2",
        f"gift-{shop.rice.id}": "0",
    }
    confirm = client.get(f"{shop.home}/confirm", query_string=chosen).text
    assert hidden(confirm, "cost") == "10"
    assert hidden(confirm, "key") == chosen["key"]
    assert "交货，扣 10 分" in confirm
    assert figures(app, shop) == (20, 3)
    fields = {name: hidden(confirm, name) for name in ("key", "cost", f"gift-{shop.soap.id}")}
    answer = client.post(f"{shop.home}/hand-over", data=fields)
    assert answer.status_code == 303
    receipt = client.get(answer.location).text
    assert "已办好" in receipt
    assert "肥皂" in receipt
    assert figures(app, shop) == (10, 1)
    assert "这一户今天已经换过" in client.get(shop.home).text
    assert "肥皂×2" in client.get("/shop/today").text
    assert "1 单，10 分" in client.get("/shop/").text


def test_the_same_submission_again_is_the_same_hand_over(app, client, shop):
    fields = order(shop)
    first, again = (client.post(f"{shop.home}/hand-over", data=fields) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert "没有重复扣分" in client.get(again.location).text
    assert figures(app, shop) == (15, 2)


def test_going_back_to_the_confirmation_keeps_the_id(client, shop):
    chosen = {"key": str(new_id()), f"gift-{shop.soap.id}": "1"}
    pages = [client.get(f"{shop.home}/confirm", query_string=chosen).text for _ in range(2)]
    assert [hidden(page, "key") for page in pages] == [chosen["key"]] * 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda village: gifts.count_stock(village.id, village.soap.id, 0, by=None), "只剩 0 件"),
        (
            lambda village: gifts.edit_gift(village.id, village.soap.id, gifts.Terms("肥皂", 6)),
            "价钱刚刚变了",
        ),
        (
            lambda village: gifts.edit_gift(
                village.id, village.soap.id, gifts.Terms("肥皂", 5, offered=False)
            ),
            "现在不兑换了",
        ),
        (
            lambda village: hand_over(village, village.keeper, village.homes[0], {village.soap: 2}),
            "每户每月最多 2 件",
        ),
    ],
)
def test_who_comes_too_late_gets_a_sentence_and_the_way_back(app, client, shop, change, told):
    with app.app_context():
        change(shop)
    before = figures(app, shop)
    answer = client.post(f"{shop.home}/hand-over", data=order(shop))
    assert answer.status_code == 409
    assert told in answer.text
    assert f"{shop.home}?gift-{shop.soap.id}=1" in answer.text
    assert figures(app, shop) == before


def test_too_few_points_are_told_before_and_at_the_hand_over(app, client, shop):
    for answer in (
        client.get(f"{shop.home}/confirm", query_string={f"gift-{shop.rice.id}": "1"}),
        client.post(
            f"{shop.home}/hand-over", data={f"gift-{shop.rice.id}": "1", "key": str(new_id())}
        ),
    ):
        assert answer.status_code == 409
        assert "可兑换分不够" in answer.text
    assert figures(app, shop) == (20, 3)


def test_another_content_under_a_used_id_is_refused(app, client, shop):
    key = new_id()
    client.post(f"{shop.home}/hand-over", data=order(shop, 1, key))
    answer = client.post(f"{shop.home}/hand-over", data=order(shop, 2, key))
    assert answer.status_code == 409
    assert figures(app, shop) == (15, 2)


def test_what_was_chosen_stands_in_the_fields_again(client, shop):
    page = client.get(shop.home, query_string={f"gift-{shop.soap.id}": "2"}).text
    assert re.search(rf'name="gift-{shop.soap.id}"\s+value="2"', page)


@pytest.mark.parametrize("typed", ["", "0", "-1", "两", "1.5", "9" * 5000, "100"])
def test_pieces_that_make_no_sense_are_refused_and_kept(app, client, shop, typed):
    chosen = {"key": "not-an-id", f"gift-{shop.soap.id}": typed}
    for answer in (
        client.get(f"{shop.home}/confirm", query_string=chosen),
        client.post(f"{shop.home}/hand-over", data=chosen),
    ):
        assert answer.status_code == 422
        assert "请选好要兑换的东西" in answer.text
    assert figures(app, shop) == (20, 3)


def test_an_unknown_gift_is_not_found(client, shop):
    for answer in (
        client.get(f"{shop.home}/confirm", query_string={f"gift-{new_id()}": "1"}),
        client.post(f"{shop.home}/hand-over", data={f"gift-{new_id()}": "1"}),
    ):
        assert answer.status_code == 404


def test_a_hand_over_is_taken_back_on_the_same_day(app, client, shop):
    location = client.post(f"{shop.home}/hand-over", data=order(shop)).location
    assert "拿错了" in client.get(location).text
    for _ in range(2):
        answer = client.post(f"{location}/take-back", data={"reason": "拿错了"})
        assert answer.status_code == 303
        page = client.get(answer.location).text
    assert "已退回" in page
    assert "take-back" not in page
    assert figures(app, shop) == (20, 3)
    assert "已退回" in client.get("/shop/today").text


def test_taking_back_without_a_reason_is_refused(app, client, shop):
    location = client.post(f"{shop.home}/hand-over", data=order(shop)).location
    answer = client.post(f"{location}/take-back", data={"reason": "  "})
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert figures(app, shop) == (15, 2)


def test_yesterdays_hand_over_is_not_taken_back_here(app, client, shop):
    with app.app_context(), clock.set_to(clock.now() - clock.days(1)):
        old = hand_over(shop, shop.keeper, shop.homes[0], {shop.soap: 1})
    location = f"/shop/redemption/{old.id}"
    assert "take-back" not in client.get(location).text
    answer = client.post(f"{location}/take-back", data={"reason": "拿错了"})
    assert answer.status_code == 409
    assert "请村委会" in answer.text
    assert figures(app, shop) == (15, 2)


def test_a_closed_household_has_no_counter(app, client, shop):
    with app.app_context():
        households.close_household(households.get_household(shop.id, shop.homes[0].id))
    assert client.get(shop.home).status_code == 404
    assert client.post(f"{shop.home}/hand-over", data=order(shop)).status_code == 404


def test_another_shops_receipt_is_not_found(app, client, shop):
    assert client.get(f"/shop/redemption/{new_id()}").status_code == 404
    assert (
        client.post(f"/shop/redemption/{new_id()}/take-back", data={"reason": "x"}).status_code
        == 404
    )


@pytest.mark.parametrize("path", ["/shop/", "/shop/today", "/shop/stock", "/shop/me"])
def test_the_shops_pages_open_for_a_storekeeper_alone(app, client, shop, path):
    assert client.get(path).status_code == 200
    assert app.test_client().get(path).status_code == 302
    with app.app_context():
        officer = make_staff(Role.OFFICER, shop.place)
    assert sign_in(app.test_client(), officer).get(path).status_code == 403


def test_the_shelf_is_listed_with_its_stock(client, shop):
    page = client.get("/shop/stock").text
    assert "3 件" in page
    assert "每户每月 2 件" in page


@pytest.mark.parametrize("page", ["0", "-4", "x", "99999999999999999999"])
def test_a_strange_page_number_is_no_fault(client, shop, page):
    assert client.get(f"/shop/today?page={page}").status_code == 200


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=st.text(max_size=40),
    pieces=st.text(max_size=8) | st.integers().map(str),
    cost=st.text(max_size=20),
    reason=st.text(max_size=300),
    words=st.text(max_size=30),
    name=st.text(max_size=40),
)
def test_whatever_is_typed_nothing_breaks(
    app, client, shop, key, pieces, cost, reason, words, name
):
    fields = {"key": key, "cost": cost, f"gift-{shop.soap.id}": pieces, f"gift-{name}": pieces}
    answers = [
        search(client, "/shop/", words),
        client.get(shop.home, query_string=fields),
        client.get(f"{shop.home}/confirm", query_string=fields),
        client.post(f"{shop.home}/hand-over", data=fields),
        client.post(f"{shop.home}/card", data={"number": words}),
    ]
    with app.app_context():
        rows, _ = redemptions.listed(shop.id, limit=1)
    answers += [
        client.post(f"/shop/redemption/{row.id}/take-back", data={"reason": reason}) for row in rows
    ]
    assert all(answer.status_code < 500 for answer in answers)


# --- the card as proof --------------------------------------------------------------------------


@pytest.fixture
def cardless(app, shop):
    """The same shop, its storekeeper signed in at another phone, where nobody has shown a card."""
    with app.app_context():
        keeper = make_staff(Role.STOREKEEPER, shop.place)
    return sign_in(app.test_client(), keeper)


def proofs(app, shop):
    with app.app_context():
        rows, _ = redemptions.listed(shop.id)
        return [(row.proof, row.no_card) for row in rows]


def test_scanning_the_card_opens_the_counter_and_is_the_proof(app, cardless, shop):
    assert "还没有核对户卡" in cardless.get(shop.home).text
    assert cardless.get(f"/c/{shop.card.token}").location == shop.home
    assert "扫了户卡" in cardless.get(shop.home).text
    confirm = cardless.get(f"{shop.home}/confirm", query_string=order(shop)).text
    assert "没有核对户卡" not in confirm
    assert cardless.post(f"{shop.home}/hand-over", data=order(shop)).status_code == 303
    assert proofs(app, shop) == [("scanned", None)]


def test_the_number_on_the_card_is_a_proof_too(app, cardless, shop):
    cardless.post(f"{shop.home}/card", data={"number": shop.card.number})
    assert cardless.post(f"{shop.home}/hand-over", data=order(shop)).status_code == 303
    assert proofs(app, shop) == [("number", None)]


def test_without_the_card_a_reason_is_asked_for_and_what_was_chosen_stays(app, cardless, shop):
    key = new_id()
    page = cardless.get(f"{shop.home}/confirm", query_string=order(shop)).text
    assert "没有核对户卡，为什么？" in page
    answer = cardless.post(f"{shop.home}/hand-over", data=order(shop, key=key))
    assert answer.status_code == 422
    assert "还没有核对户卡" in answer.text
    assert f'value="{key}"' in answer.text
    assert f'name="gift-{shop.soap.id}" value="1"' in answer.text
    assert figures(app, shop) == (20, 3)
    why = order(shop, key=key, no_card="户卡丢了，正在补办")
    done = cardless.post(f"{shop.home}/hand-over", data=why)
    assert "户卡丢了，正在补办" in cardless.get(done.location).text
    assert proofs(app, shop) == [("none", "户卡丢了，正在补办")]


def test_wrong_numbers_at_the_counter_do_not_close_the_door_nor_the_other_way_round(
    app, cardless, shop
):
    with app.app_context():
        door = codes.code_in_use(shop.id, shop.homes[0].id, "door").token
    wrong = f"{(int(shop.card.number) + 1) % 10**8:08d}"
    visitor = app.test_client()
    for _ in range(6):
        last = visitor.post(f"/h/{door}", data={"number": wrong}).status_code
    assert last == 429
    right = {"number": shop.card.number}
    assert cardless.post(f"{shop.home}/card", data=right).status_code == 303


def test_a_card_without_a_storekeepers_post_in_its_village_opens_the_passbook(app, shop):
    with app.app_context():
        other = make_village()
        keeper = make_staff(Role.STOREKEEPER, other.place)
    elsewhere = sign_in(app.test_client(), keeper)
    assert elsewhere.get(f"/c/{shop.card.token}").location == "/my/"


def test_the_household_reads_it_at_its_next_visit_until_it_says_it_knows(app, cardless, shop):
    cardless.post(f"{shop.home}/hand-over", data=order(shop, no_card="家里人代领"))
    phone = app.test_client()
    phone.get(f"/c/{shop.card.token}")
    for _ in range(2):
        page = phone.get("/my/").text
        assert "有人没带户卡，用您家的分领了东西" in page
        assert "肥皂×1" in page
        assert "家里人代领" in page
    [way] = re.findall(r'action="(/my/redemptions/[\w-]+/told)"', page)
    assert phone.post(way).status_code == 303
    assert "有人没带户卡" not in phone.get("/my/").text


def test_supervision_reads_it_and_the_committee_prints_it_for_who_has_no_phone(app, cardless, shop):
    cardless.post(f"{shop.home}/hand-over", data=order(shop, no_card="家里人代领"))
    with app.app_context():
        supervisor = make_staff(Role.SUPERVISOR, shop.place)
        clerk = make_staff(Role.COMMITTEE, shop.place)
    desk = f"/desk/{shop.place.code}"
    reader, writer = (sign_in(app.test_client(), one) for one in (supervisor, clerk))
    assert re.search(r"<b>1</b><small>单领取没有户卡", reader.get(f"{desk}/supervision/").text)
    page = reader.get(f"{desk}/supervision/no-card").text
    for text in ("肥皂×1", "家里人代领", "这一户还不知道", "打印领取告知单（1 张）"):
        assert text in page
    assert "家里人代领" in writer.get(f"{desk}/redemptions/slips").text
    [way] = re.findall(rf'href="({desk}/redemptions/[\w-]+)"', page)[:1]
    one = writer.get(way).text
    assert "这一户还没有说知道了" in one
    assert reader.post(f"{way}/tell").status_code == 403
    assert writer.post(f"{way}/tell").status_code == 303
    assert "这一户知道了" in reader.get(f"{desk}/supervision/no-card").text
    assert "没有户卡的领取，农户都已经知道了" in writer.get(f"{desk}/redemptions/slips").text


def test_the_next_reminder_slip_tells_it_too(app, cardless, shop):
    with app.app_context():
        clerk = make_staff(Role.COMMITTEE, shop.place)
        make_reminder(make_scorer(shop), shop.homes[0], make_reminder_rule(shop))
    desk = sign_in(app.test_client(), clerk)
    slips = f"/desk/{shop.place.code}/reminders/slips"
    assert "另告" not in desk.get(slips).text
    cardless.post(f"{shop.home}/hand-over", data=order(shop, no_card="家里人代领"))
    assert "另告" in desk.get(slips).text
