"""The phone's JSON, to the letter of the contract."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from governance.affairs.awards.life import awards
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import audit, book
from governance.village.kin import declare_kin
from governance.village.rules import rulebook
from tests.factories import make_household, make_rule


def item(home, of, **more):
    plain = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(home.id),
        "rule": str(of.id),
        "seen_at": clock.now().isoformat(),
    }
    return {name: value for name, value in (plain | more).items() if value is not None}


def send(officer, *items):
    answer = officer.post("/officer/sync", json={"items": list(items)})
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def code_of(result):
    assert result["outcome"] == "refused"
    assert result["error"]["message"]
    return result["error"]["code"]


def test_the_pack_holds_the_officers_grid_and_the_rules(village, officer):
    rule = make_rule(village, "E03", cap_count=4, cap_period="month", evidence="before_after_photo")
    answer = officer.get("/officer/pack.json")
    pack = answer.json
    assert pack["village"] == {"id": str(village.id), "name": "石家村"}
    assert [one["id"] for one in pack["households"]] == [str(village.homes[0].id)]
    assert set(pack["households"][0]) == {"id", "code", "head", "door", "group", "status"}
    assert pack["rules"] == [
        {
            "id": str(rule.id),
            "code": "E03",
            "category": "公共参与",
            "behaviour": "参加义务劳动",
            "points": {"min": 5, "max": 5},
            "evidence": "photo",
            "review": "auto",
            "cap": {"count": 4, "period": "month"},
        }
    ]
    assert pack["made_at"]
    assert isinstance(pack["sheets"], list)


def test_an_unchanged_pack_is_not_sent_again(village, officer):
    tag = officer.get("/officer/pack.json").headers["ETag"]
    assert officer.get("/officer/pack.json", headers={"If-None-Match": tag}).status_code == 304
    make_household(village, group=1)
    assert officer.get("/officer/pack.json", headers={"If-None-Match": tag}).status_code == 200


def test_items_are_recorded_in_order_each_for_itself(village, officer):
    rule = make_rule(village)
    slow = make_rule(village, review="second")
    home = village.homes[0]
    good, bad, waiting = item(home, rule), item(home, rule, rule=str(new_id())), item(home, slow)
    first, second, third = send(officer, good, bad, waiting)
    assert first == {
        "id": good["id"],
        "outcome": "recorded",
        "state": "booked",
        "points": 5,
        "standing": 5,
        "spendable": 5,
    }
    assert code_of(second) == "unknown_rule"
    assert (third["outcome"], third["state"]) == ("recorded", "filed")


def test_the_same_item_again_is_already_there_with_the_same_answer(village, officer):
    one = item(village.homes[0], make_rule(village))
    [first] = send(officer, one)
    [again] = send(officer, one)
    assert again == first | {"outcome": "already"}
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(5, 5)


def test_the_same_item_twice_in_one_sync_counts_once(village, officer):
    one = item(village.homes[0], make_rule(village))
    assert [result["outcome"] for result in send(officer, one, one)] == ["recorded", "already"]
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(5, 5)


def test_the_same_id_with_other_content_is_a_key_conflict(village, officer):
    one = item(village.homes[0], make_rule(village))
    send(officer, one)
    assert code_of(send(officer, one | {"note": "别的"})[0]) == "key_conflict"


def test_every_refusal_of_the_contract_has_its_code(village, officer):
    home, rule = village.homes[0], make_rule(village)
    away = make_household(village, status="away")
    own = make_household(village)
    declare_kin(village.officer.id, own, "relative")
    capped = make_rule(village, cap_count=1, cap_period="year")
    retired = make_rule(village)
    rulebook.retire_rule(retired, retired.since)
    ranged = make_rule(village, points_min=2, points_max=10)
    later = (clock.now() + timedelta(days=2)).isoformat()
    wanted = [
        (item(village.homes[1], rule), "not_your_place"),
        (item(home, rule, household=str(new_id())), "unknown_household"),
        (item(home, rule, rule=str(new_id())), "unknown_rule"),
        (item(home, retired), "rule_retired"),
        (item(home, ranged, points=11), "points_out_of_range"),
        (item(home, ranged), "points_out_of_range"),
        (item(home, rule, points=6), "points_out_of_range"),
        (item(home, make_rule(village, evidence="photo")), "evidence_missing"),
        (item(own, rule), "own_household"),
        (item(away, rule), "not_resident"),
        (item(home, rule, seen_at=later), "seen_in_future"),
        (item(home, rule, kind="dance"), "bad_item"),
        (item(home, rule, seen_at="yesterday"), "bad_item"),
        (item(home, rule, seen_at="2026-11-01T08:00:00"), "bad_item"),
        (item(home, rule, points="5"), "bad_item"),
        (item(home, rule, note="长" * 201), "bad_item"),
        (item(home, rule, id="7"), "bad_item"),
    ]
    results = send(officer, *[one for one, _ in wanted])
    assert [code_of(result) for result in results] == [code for _, code in wanted]
    capped_results = send(officer, item(home, capped), item(home, capped))
    assert capped_results[0]["outcome"] == "recorded"
    assert code_of(capped_results[1]) == "cap_reached"
    assert audit.audit_book(village.id).fault is None


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"items": 3}', b"null"])
def test_what_is_not_the_shape_is_400_and_nothing_is_recorded(village, officer, body):
    answer = officer.post("/officer/sync", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json["error"]) >= {"code", "message"}


def test_a_number_longer_than_any_is_refused_by_itself_or_with_the_whole(village, officer):
    home, rule = village.homes[0], make_rule(village)
    [result] = send(officer, item(home, rule, points=int("9" * 400)))
    assert (code_of(result), result["error"]["field"]) == ("bad_item", "points")
    longer = ', "points": ' + "9" * 5000 + "}]"  # than Python itself reads
    body = json.dumps({"items": [item(home, rule)]}).replace("}]", longer)
    answer = officer.post("/officer/sync", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_json_too_deep_to_read_is_400(village, officer):
    answer = officer.post("/officer/sync", data=b"[" * 200_000, content_type="application/json")
    assert answer.status_code == 400


def test_half_a_character_spoils_its_own_item_only(village, officer):
    home, rule = village.homes[0], make_rule(village)
    broken, good = item(home, rule, note="\ud800"), item(home, rule)
    body = json.dumps({"items": [broken, good, {"id": "\ud800"}]})  # escaped, as a phone sends it
    results = officer.post("/officer/sync", data=body, content_type="application/json").json[
        "results"
    ]
    assert code_of(results[0]) == "bad_item"
    assert results[1]["outcome"] == "recorded"
    assert code_of(results[2]) == "bad_item"


def test_a_refused_result_has_the_same_fields(village, officer):
    [refused] = send(officer, {"id": "x"})
    assert set(refused) == {"id", "outcome", "state", "points", "standing", "spendable", "error"}


def test_addresses_of_the_program_that_do_not_fit_answer_in_json(village, officer):
    for answer in (officer.get("/officer/sync"), officer.put("/officer/photos/x", data=b"")):
        assert answer.status_code in (404, 405)
        assert answer.json["error"]["message"]


def test_more_than_500_items_are_413_and_nothing_is_recorded(village, officer):
    one = item(village.homes[0], make_rule(village))
    answer = officer.post("/officer/sync", json={"items": [one] * 501})
    assert answer.status_code == 413
    assert answer.json["error"]["message"]
    assert db.session.scalar(db.select(db.func.count()).select_from(awards)) == 0


def test_signed_out_is_401_in_json(client):
    for answer in (
        client.get("/officer/pack.json"),
        client.post("/officer/sync", json={"items": []}),
    ):
        assert answer.status_code == 401
        assert answer.json["error"]["message"]


def test_messages_are_in_the_visitors_language(village, officer):
    officer.post("/language", data={"language": "en"})
    [result] = send(officer, item(village.homes[0], make_rule(village), rule=str(new_id())))
    assert not any("一" <= char <= "鿿" for char in result["error"]["message"])


def test_a_photo_arrives_once_under_its_own_id(village, officer):
    out = io.BytesIO()
    Image.new("RGB", (2400, 1000)).save(out, "PNG")
    photo = new_id()
    [result] = send(
        officer, item(village.homes[0], make_rule(village, evidence="photo"), photos=[str(photo)])
    )
    assert result["outcome"] == "recorded"
    assert officer.put(f"/officer/photos/{photo}", data=out.getvalue()).status_code == 201
    assert officer.put(f"/officer/photos/{photo}", data=out.getvalue()).status_code == 200
    with (
        officer.get(f"/officer/photos/{photo}") as answer,
        Image.open(io.BytesIO(answer.data)) as kept,
    ):
        assert kept.format == "JPEG"
        assert max(kept.size) == 1600
    bad = officer.put(f"/officer/photos/{new_id()}", data=b"nonsense")
    assert bad.status_code == 422
    assert bad.json["error"]["code"] == "bad_photo"


def test_five_hundred_items_are_taken_in_one_sync(village, officer):
    rule = make_rule(village)
    results = send(officer, *[item(village.homes[0], rule) for _ in range(500)])
    assert {result["outcome"] for result in results} == {"recorded"}
    assert results[-1]["standing"] == 2500
    assert audit.audit_book(village.id).fault is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    strange=st.lists(json_values, max_size=4),
    field=st.sampled_from(
        ["id", "kind", "household", "rule", "points", "note", "seen_at", "photos"]
    ),
    value=json_values,
)
def test_no_item_however_strange_fails_the_sync(village, officer, strange, field, value):
    rule = village.__dict__.setdefault("rule", None) or make_rule(village)
    village.rule = rule
    answer = officer.post(
        "/officer/sync", json={"items": [*strange, item(village.homes[0], rule) | {field: value}]}
    )
    assert answer.status_code == 200
    assert len(answer.json["results"]) == len(strange) + 1
