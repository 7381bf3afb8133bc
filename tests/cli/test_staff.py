"""flask staff, flask place: the first run of an operator, and every refusal in one sentence."""

from __future__ import annotations

import pytest

from governance.base.config import DEMO_PASSWORD
from governance.village import persons, staff
from governance.village.staff import Role
from tests.factories import make_village

PASSWORD = "first-password\n"


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=list(words), **more)


@pytest.fixture
def village(app):
    with app.app_context():
        return make_village()


def test_the_first_run_makes_an_admin_of_everything(app, run):
    answer = run("staff", "add", "root", "--role", "admin", input=PASSWORD)
    assert answer.exit_code == 0, answer.output
    assert "root 可以登录了" in answer.output
    client = app.test_client()
    client.post("/login", data={"username": "root", "password": PASSWORD.strip()})
    assert client.get("/admin/county").status_code == 200


@pytest.mark.parametrize("name", ["officer1", "grid_3.li", "李志明"])
def test_the_sign_in_name_will_do_as_a_name(run, village, name):
    answer = run(
        "staff", "add", name, "--role", "officer", "--place", village.grids[0].code, input=PASSWORD
    )
    assert answer.exit_code == 0, answer.output


def test_somebody_is_added_at_a_place_with_their_name(app, run, village):
    answer = run(
        "staff",
        "add",
        "zhang",
        "--role",
        "committee",
        "--place",
        village.place.code,
        "--full-name",
        "张文书",
        input=PASSWORD,
    )
    assert answer.exit_code == 0, answer.output
    with app.app_context():
        found = persons.find_person(staff.find_staff("zhang").id)
    assert found.name == "张文书"
    assert found.posts[0].role is Role.COMMITTEE


def test_somebody_known_is_given_one_more_post_and_asked_no_password(app, run, village):
    run(
        "staff",
        "add",
        "zhang",
        "--role",
        "committee",
        "--place",
        village.place.code,
        input=PASSWORD,
    )
    answer = run("staff", "add", "zhang", "--role", "storekeeper", "--place", village.place.code)
    assert answer.exit_code == 0, answer.output
    assert "密码没有变" in answer.output
    with app.app_context():
        assert len(persons.find_person(staff.find_staff("zhang").id).posts) == 2


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("a", "--role", "admin"), PASSWORD, "用户名用 2 到 30 个"),
        (("zhang", "--role", "admin"), "short\n", "密码至少 8 位"),
        (("zhang", "--role", "admin"), "", "密码至少 8 位"),
        (("zhang", "--role", "committee"), PASSWORD, "请选择任职的地方"),
        (("zhang", "--role", "committee", "--place", "999999"), PASSWORD, "没有代码为 999999"),
        (("zhang", "--role", "town", "--place", "{code}"), PASSWORD, "不在这一级任职"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(app, run, village, words, typed, sentence):
    answer = run(
        "staff", "add", *(one.format(code=village.place.code) for one in words), input=typed
    )
    assert answer.exit_code == 1
    assert sentence in answer.output
    assert "Traceback" not in answer.output
    with app.app_context():
        assert staff.find_staff("zhang") is None


def test_an_unknown_role_is_refused_by_the_command(run):
    assert run("staff", "add", "zhang", "--role", "king", input=PASSWORD).exit_code == 2


def test_the_demo_password_is_refused_outside_the_demo(app, run, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", False)
    answer = run("staff", "add", "root", "--role", "admin", input=f"{DEMO_PASSWORD}\n")
    assert answer.exit_code == 1
    assert "演示密码不能在正式环境使用" in answer.output
    with app.app_context():
        assert staff.find_staff("root") is None
