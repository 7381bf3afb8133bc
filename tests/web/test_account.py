"""The account pages: where one is signed in and how to end it, first passwords, the second step, posts to accept."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.exc import OperationalError

from governance.base import clock
from governance.base.database import db, new_id
from governance.village import nominations, persons, signing, staff
from governance.village.signing import log, signins, totp
from governance.village.signing.signins import Where
from governance.village.staff import Role
from governance.web.frame import device
from tests.factories import PASSWORD, make_rule, make_staff, make_village, sign_in, sign_in_first
from tests.web.visitors import session_of

WECHAT = "Mozilla/5.0 (Linux; Android 10; HLK-AL00) Chrome/86 Mobile Safari/537.36 MicroMessenger/8"
HERE = Where("198.51.100.7")


@pytest.fixture
def village(village):
    village.admin = make_staff(Role.ADMIN, village.county, "boss", "高志远")
    return village


@pytest.fixture
def phone(app, village):
    return sign_in(app.test_client(), village.officer)


def copy_of(app, client):
    """A browser with the same cookie: somebody has taken it from the first."""
    other = app.test_client()
    other.set_cookie("session", session_of(client))
    return other


def is_in(client):
    return client.get("/account").status_code == 200


# --- sign-ins end -------------------------------------------------------------------------------


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(app, phone):
    thief = copy_of(app, phone)
    assert is_in(thief)
    phone.post("/logout")
    assert not is_in(thief)
    assert thief.post("/officer/sync", json={"items": []}).status_code == 401


def test_a_new_password_ends_every_copy_of_the_cookie_too(app, phone):
    thief = copy_of(app, phone)
    new = {"old": PASSWORD, "password": "brand-new-one", "again": "brand-new-one"}
    assert phone.post("/password", data=new).status_code == 303
    assert is_in(phone)
    assert not is_in(thief)


def test_signing_in_again_in_one_browser_ends_what_it_held_before(app, village, phone):
    thief = copy_of(app, phone)
    sign_in(phone, village.clerk)
    assert not is_in(thief)


def test_a_sign_in_ends_after_thirty_days_however_often_it_is_used(phone):
    start = clock.now()
    for days in (10, 20, 29):
        with clock.set_to(start + clock.days(days)):
            assert is_in(phone)
    with clock.set_to(start + clock.days(31)):
        assert not is_in(phone)


def test_who_did_not_want_to_be_remembered_is_out_the_next_day(app, village):
    client = app.test_client()
    client.post("/login", data={"username": "officer1", "password": PASSWORD})
    with clock.set_to(clock.now() + timedelta(hours=23)):
        assert is_in(client)
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert not is_in(client)


def test_the_cookie_of_0_1_0_lets_nobody_in_and_says_so_to_the_phone(app, village):
    """After the update the phone is told 401, its own word for "sign in": what waits in it stays."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{village.officer.id}:1"
        session["_fresh"] = True
    answer = client.post("/officer/sync", json={"items": []})
    assert (answer.status_code, answer.is_json) == (401, True)
    assert client.get("/officer/field.json").status_code == 401
    assert client.get("/officer/").location.startswith("/login")


# --- where am I signed in -----------------------------------------------------------------------


def test_the_page_tells_every_device_and_ends_one(app, village, phone):
    wechat = app.test_client()
    data = {"username": "officer1", "password": PASSWORD, "remember": "1"}
    wechat.post("/login", data=data, headers={"User-Agent": WECHAT})
    page = phone.get("/account").text
    assert "安卓手机 · 微信" in page
    assert page.count("这里") == 1
    [other] = [row.id for row in signins.sign_ins_of(village.officer.id) if row.device != ""]
    assert phone.post(f"/account/sign-ins/{other}/end").status_code == 303
    assert is_in(phone)
    assert not is_in(wechat)
    assert phone.post(f"/account/sign-ins/{other}/end").status_code == 404


def test_one_tap_ends_all_but_this_one(app, village, phone):
    others = [sign_in(app.test_client(), village.officer) for _ in range(2)]
    assert "别处都退出" in phone.get("/account").text
    phone.post("/account/sign-ins/end")
    assert is_in(phone)
    assert not any(map(is_in, others))
    assert "别处都退出" not in phone.get("/account").text


def test_ending_this_one_is_signing_out(village, phone):
    [mine] = signins.sign_ins_of(village.officer.id)
    assert phone.post(f"/account/sign-ins/{mine.id}/end").location == "/"
    assert not is_in(phone)


def test_nobody_ends_the_sign_in_of_another(app, village, phone):
    clerk = sign_in(app.test_client(), village.clerk)
    [theirs] = signins.sign_ins_of(village.clerk.id)
    assert phone.post(f"/account/sign-ins/{theirs.id}/end").status_code == 404
    assert is_in(clerk)


def test_a_sign_in_in_use_is_written_to_every_ten_minutes_only(village, phone, monkeypatch):
    written = []
    real = signins.note_seen
    monkeypatch.setattr(signins, "note_seen", lambda one: written.append(one) or real(one))
    start = clock.now()
    for minutes in (1, 5, 9):
        with clock.set_to(start + timedelta(minutes=minutes)):
            phone.get("/officer/")
    assert written == []
    for minutes in (11, 12, 20):
        with clock.set_to(start + timedelta(minutes=minutes)):
            phone.get("/officer/")
    assert len(written) == 1


def test_a_page_is_shown_though_its_use_cannot_be_written_down(phone, monkeypatch):
    def busy(_one):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(signins, "note_seen", busy)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert phone.get("/officer/").status_code == 200


def test_what_happened_at_the_sign_in_is_read_by_the_person_and_the_admin(app, village, phone):
    stranger = app.test_client()
    stranger.post("/login", data={"username": "officer1", "password": "wrong-one"})
    stranger.post("/login", data={"username": "nobody-here", "password": "wrong-one"})
    for page in (
        phone.get("/account").text,
        sign_in(app.test_client(), village.admin).get(f"/admin/person/{village.officer.id}").text,
        sign_in(app.test_client(), village.admin).get("/admin/sign-ins?alarming=1").text,
    ):
        assert "密码不对" in page
        assert "127.0.0.1" in page
        assert "nobody-here" not in page


def test_an_admin_does_not_read_the_sign_ins_of_somebody_who_also_works_elsewhere(app, village):
    other = make_village()
    guest = make_staff(Role.TOWN, other.town, "guest")
    staff.appoint(guest, Role.OFFICER, village.grids[0])
    log.note(log.What.WRONG, guest.id, HERE)
    boss = sign_in(app.test_client(), village.admin)
    assert HERE.address not in boss.get(f"/admin/person/{guest.id}").text


# --- known devices ------------------------------------------------------------------------------


def test_a_device_is_known_after_the_first_sign_in_and_stays_so_after_leaving(app, village):
    shared, client = app.test_client(), app.test_client()
    sign_in(client, village.officer)
    client.post("/logout")
    with clock.set_to(clock.now()):
        for _ in range(signing.LOCK.most):
            shared.post("/login", data={"username": "officer1", "password": "wrong-one"})
        right = {"username": "officer1", "password": PASSWORD}
        assert shared.post("/login", data=right).status_code == 429
        assert client.post("/login", data=right).status_code == 303


def test_a_mark_that_was_not_given_out_here_is_none(app, village):
    client = app.test_client()
    client.set_cookie("device", "WyJhIixbXV0.forged")
    assert client.get("/login").status_code == 200
    sign_in(client, village.officer)


def test_under_https_the_mark_is_for_this_host_alone(app, village):
    answer = app.test_client().post(
        "/login", data={"username": "officer1", "password": PASSWORD}, base_url="https://hemei.test"
    )
    [mark] = [
        one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-device=")
    ]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(mark.split("; "))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_guesses_are_counted_by_the_network_they_come_from(address, network):
    assert device.network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (WECHAT, ["安卓手机", "微信"]),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120",
            ["Windows 电脑", "Edge"],
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) Version/15 Safari/604.1",
            ["苹果手机", "Safari"],
        ),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb Chrome/114", ["鸿蒙手机", "Chrome"]),
        ("curl/8", ["别的设备"]),
        ("", ["别的设备"]),
    ],
)
def test_a_device_is_told_in_two_words(agent, names):
    assert [str(name) for name in device.names_of(device.kind_of(agent))] == names


# --- a first password ---------------------------------------------------------------------------


@pytest.fixture
def newcomer(app, village):
    """An officer whose password was handed over by the committee."""
    clerk = sign_in(app.test_client(), village.clerk)
    data = {
        "username": "chen",
        "name": "陈海燕",
        "password": "handed-over-7",
        "role": "officer",
        "grid": village.grids[0].code,
    }
    assert clerk.post(f"/desk/{village.place.code}/team/add", data=data).status_code == 303
    client = app.test_client()
    client.post("/login", data={"username": "chen", "password": "handed-over-7"})
    return client


def test_a_first_password_is_changed_before_any_page(village, newcomer):
    for path in ("/officer/", "/declare/", "/account", f"/officer/household/{village.homes[0].id}"):
        answer = newcomer.get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/password?next=")
    page = newcomer.get(f"/password?next=/officer/household/{village.homes[0].id}").text
    assert "换成自己的密码" in page
    new = {"old": "handed-over-7", "password": PASSWORD, "again": PASSWORD, "next": "/officer/"}
    answer = newcomer.post("/password", data=new)
    assert answer.location == "/officer/"
    assert newcomer.get("/officer/").status_code == 200


def test_but_never_before_what_the_phone_sends_and_fetches(village, newcomer):
    """What was recorded in the field is never kept waiting (a contract)."""
    rule = make_rule(village)
    item = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(village.homes[0].id),
        "rule": str(rule.id),
        "seen_at": clock.now().isoformat(),
    }
    assert newcomer.get("/officer/pack.json").status_code == 200
    assert newcomer.get("/officer/field.json").status_code == 200
    answer = newcomer.post("/officer/sync", json={"items": [item]})
    assert answer.json["results"][0]["outcome"] == "recorded"
    for path in ("held", "remind"):
        assert newcomer.post(f"/officer/{path}", json={"items": []}).status_code == 200
    photo = newcomer.put(f"/officer/photos/{new_id()}", data=b"no picture")
    assert photo.status_code == 422


def test_a_form_that_was_filled_meanwhile_is_kept(village, newcomer):
    answer = newcomer.post(
        f"/officer/household/{village.homes[0].id}/award",
        data={"rule": "x", "note": "帮邻居收麦子"},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 403
    assert "要先换成自己的密码" in answer.text
    assert "帮邻居收麦子" in answer.text
    assert 'href="/password"' in answer.text


def test_the_handed_password_itself_is_no_new_one(newcomer):
    same = {"old": "handed-over-7", "password": "handed-over-7", "again": "handed-over-7"}
    answer = newcomer.post("/password", data=same)
    assert answer.status_code == 422
    assert "和现在的一样" in answer.text


def test_a_password_that_was_reset_is_a_first_one_again(app, village, phone):
    boss = sign_in(app.test_client(), village.admin)
    boss.post(f"/admin/person/{village.officer.id}/password", data={"password": "handed-over-7"})
    assert phone.get("/officer/").location.startswith("/login")
    sign_in_first(phone, "officer1", "handed-over-7")
    assert phone.get("/officer/").status_code == 200


def test_a_password_set_on_the_command_line_is_no_first_one(app, village):
    told = app.test_cli_runner().invoke(
        args=["staff", "password", "officer1"], input="from-the-shell\n"
    )
    assert told.exit_code == 0, told.output
    client = app.test_client()
    client.post("/login", data={"username": "officer1", "password": "from-the-shell"})
    assert client.get("/officer/").status_code == 200


@pytest.mark.parametrize(
    "bad", ["password1", "88888888", "lizhiming", "李志明8888", "officer1officer1"]
)
def test_a_password_that_anybody_would_try_is_refused_at_its_field(phone, bad):
    answer = phone.post("/password", data={"old": PASSWORD, "password": bad, "again": bad})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


# --- the second step ----------------------------------------------------------------------------


@pytest.fixture
def stepping(village):
    """The clerk, who has turned the second step on an hour ago: the secret and the codes."""
    secret = totp.new_secret()
    with clock.set_to(clock.now() - timedelta(hours=1)):
        number = pyotp.TOTP(secret).at(clock.now())
        codes = totp.turn_on(staff.find_staff("clerk"), secret, number, HERE)
    return secret, codes


def password_of_clerk(client, **more):
    return client.post("/login", data={"username": "clerk", "password": PASSWORD, **more})


def test_it_is_turned_on_on_the_page_and_the_codes_are_shown_once(app, village):
    clerk = sign_in(app.test_client(), village.clerk)
    assert "开启两步验证" in clerk.get("/account").text
    page = clerk.get("/account/second-step").text
    secret = re.sub(r"\s", "", re.search(r'class="digest">([^<]+)<', page)[1])
    assert "<svg" in page
    wrong = clerk.post("/account/second-step", data={"code": "000000"})
    assert wrong.status_code == 403
    number = pyotp.TOTP(secret).at(clock.now())
    told = clerk.post("/account/second-step", data={"code": number})
    codes = re.findall(r"<code>([\w-]{11})</code>", told.text)
    assert len(codes) == totp.CODES
    assert "没用过的恢复码还有 10 个" in clerk.get("/account").text
    assert clerk.get("/account/second-step").status_code == 302


def test_with_it_the_password_alone_lets_nobody_in(app, village, stepping):
    client = app.test_client()
    asked = password_of_clerk(client)
    assert asked.status_code == 200
    assert "还差一步" in asked.text
    assert client.get(f"/desk/{village.place.code}/").location.startswith("/login")
    assert client.post("/login", data={"code": "000000"}).status_code == 403
    number = pyotp.TOTP(stepping[0]).at(clock.now())
    assert client.post("/login", data={"code": number}).status_code == 303
    assert client.get(f"/desk/{village.place.code}/").status_code == 200


def test_the_way_one_was_going_is_kept_through_both_steps(app, village, stepping):
    client, way = app.test_client(), f"/desk/{village.place.code}/gifts/"
    page = password_of_clerk(client, next=way, remember="1")
    assert f'value="{way}"' in page.text
    answer = client.post("/login", data={"code": stepping[1][0], "next": way})
    assert answer.location == way
    assert "Expires=" in answer.headers["Set-Cookie"]


def test_the_second_step_waits_five_minutes(app, village, stepping):
    client = app.test_client()
    password_of_clerk(client)
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        number = pyotp.TOTP(stepping[0]).at(clock.now())
        answer = client.post("/login", data={"code": number})
    assert answer.status_code == 403
    assert "请重新输入用户名和密码" in answer.text


def test_a_number_without_a_password_lets_nobody_in(app, village, stepping):
    number = pyotp.TOTP(stepping[0]).at(clock.now())
    assert app.test_client().post("/login", data={"code": number}).status_code == 403


def test_a_password_changed_in_between_is_asked_for_anew(app, village, stepping):
    client = app.test_client()
    password_of_clerk(client)
    signing.set_password(staff.find_staff("clerk"), "brand-new-one", HERE)
    assert client.post("/login", data={"code": stepping[1][0]}).status_code == 403


def test_it_stands_before_the_sign_in_only(app, village, stepping):
    """A sign-in that is open already goes on; so does the phone of an officer who is on the committee too."""
    staff.appoint(staff.find_staff("clerk"), Role.OFFICER, village.grids[0])
    client = app.test_client()
    password_of_clerk(client)
    client.post("/login", data={"code": stepping[1][0]})
    assert client.get("/officer/pack.json").status_code == 200


def test_it_is_turned_off_with_the_password(app, village, stepping):
    client = app.test_client()
    password_of_clerk(client)
    client.post("/login", data={"code": stepping[1][0]})
    assert client.get("/account/second-step/off").status_code == 200
    assert client.post("/account/second-step/off", data={"old": "wrong"}).status_code == 422
    assert client.post("/account/second-step/off", data={"old": PASSWORD}).status_code == 303
    assert password_of_clerk(app.test_client()).status_code == 303


def test_an_admin_turns_it_off_for_who_lost_phone_and_paper(app, village, stepping):
    boss = sign_in(app.test_client(), village.admin)
    page = boss.get(f"/admin/person/{village.clerk.id}").text
    assert "关闭他的两步验证" in page
    boss.post(f"/admin/person/{village.clerk.id}/second-step/off")
    assert password_of_clerk(app.test_client()).status_code == 303


def test_the_last_admin_is_let_back_in_by_the_command_line(app, village, stepping):
    told = app.test_cli_runner().invoke(
        args=["staff", "password", "clerk"], input="from-the-shell\n"
    )
    assert told.exit_code == 0, told.output
    data = {"username": "clerk", "password": "from-the-shell"}
    assert app.test_client().post("/login", data=data).status_code == 303
    missing = app.test_cli_runner().invoke(args=["staff", "password", "nobody"], input="x\n")
    assert missing.exit_code == 1


def test_officers_and_storekeepers_have_no_second_step(phone):
    assert "两步验证" not in phone.get("/account").text
    assert phone.get("/account/second-step").status_code == 403
    assert phone.post("/account/second-step", data={"code": "000000"}).status_code == 403


# --- posts to accept ----------------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """Another village, its officer and its admin."""
    other = make_village("白家村")
    other.officer = make_staff(Role.OFFICER, other.grids[0], "li", "李大山")
    other.admin = make_staff(Role.ADMIN, other.place, "bai-admin", "白玉兰")
    return other


def posts_of(person):
    return {(post.role, post.name) for post in persons.find_person(person.id).posts}


def appoint(app, elsewhere, role="officer"):
    boss = sign_in(app.test_client(), elsewhere.admin)
    data = {"username": "officer1", "role": role}
    return boss, boss.post(f"/admin/place/{elsewhere.place.code}/appoint", data=data)


def test_an_admin_does_not_move_the_phone_of_another_villages_officer(
    app, village, phone, elsewhere
):
    """One village's admin appointed another's officer, and his phone was empty."""
    before = phone.get("/officer/pack.json").json
    boss, answer = appoint(app, elsewhere)
    assert answer.status_code == 303
    assert posts_of(village.officer) == {(Role.OFFICER, "1组网格")}
    assert phone.get("/officer/pack.json").json["households"] == before["households"]
    told = boss.get(answer.location).text
    assert "接受以后才算数" in told
    assert "李志明" not in told  # whose name it is, is not theirs to know
    assert "officer1" in told


def test_who_is_asked_sees_it_and_accepts(app, village, elsewhere):
    appoint(app, elsewhere)
    appoint(app, elsewhere)
    phone = app.test_client()
    phone.post("/login", data={"username": "officer1", "password": PASSWORD})
    assert "有新的任命等您接受" in phone.get("/officer/").text
    page = phone.get("/account").text
    assert page.count("有一个任命等您接受") == 1
    assert "白家村" in page
    [way] = re.findall(r'action="(/account/nominations/[\w-]+/accept)"', page)
    assert phone.post(way).status_code == 303
    assert (Role.OFFICER, "白家村") in posts_of(village.officer)
    assert phone.post(way).status_code == 404


def test_who_is_asked_may_decline_and_the_admin_may_take_it_back(app, village, phone, elsewhere):
    boss, _ = appoint(app, elsewhere)
    [way] = re.findall(
        r'action="(/account/nominations/[\w-]+/decline)"', phone.get("/account").text
    )
    assert phone.post(way).status_code == 303
    appoint(app, elsewhere)
    place = f"/admin/place/{elsewhere.place.code}"
    [back] = re.findall(r'action="([^"]+/take-back)"', boss.get(place).text)
    assert boss.post(back).status_code == 303
    assert "等您接受" not in phone.get("/account").text
    assert posts_of(village.officer) == {(Role.OFFICER, "1组网格")}


def test_nobody_accepts_for_another(app, village, elsewhere):
    appoint(app, elsewhere)
    [asked] = nominations.nominations_for(village.officer.id)
    clerk = sign_in(app.test_client(), village.clerk)
    for verb in ("accept", "decline"):
        assert clerk.post(f"/account/nominations/{asked.id}/{verb}").status_code == 404
    assert posts_of(village.officer) == {(Role.OFFICER, "1组网格")}


def test_who_works_below_an_admin_is_appointed_at_once(app, village):
    boss = sign_in(app.test_client(), village.admin)
    data = {"username": "officer1", "role": "storekeeper"}
    answer = boss.post(f"/admin/place/{village.place.code}/appoint", data=data)
    assert "已任命" in boss.get(answer.location).text
    assert (Role.STOREKEEPER, "石家村") in posts_of(village.officer)


def test_accepting_is_refused_where_the_law_refuses_the_post(app, village, elsewhere):
    person = staff.find_staff("officer1")
    nominations.nominate(person, Role.SUPERVISOR, elsewhere.place, elsewhere.admin.id)
    staff.appoint(person, Role.COMMITTEE, elsewhere.place)
    [asked] = nominations.nominations_for(person.id)
    phone = sign_in(app.test_client(), village.officer)
    assert phone.post(f"/account/nominations/{asked.id}/accept").status_code == 409


def test_a_post_that_was_accepted_stands_in_the_villages_log(app, village, phone, elsewhere):
    appoint(app, elsewhere)
    [way] = re.findall(r'action="(/account/nominations/[\w-]+/accept)"', phone.get("/account").text)
    phone.post(way)
    supervisor = make_staff(Role.SUPERVISOR, elsewhere.place)
    db.session.commit()
    page = sign_in(app.test_client(), supervisor).get(
        f"/desk/{elsewhere.place.code}/supervision/log"
    )
    assert "接受任命" in page.text
