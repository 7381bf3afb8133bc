"""The register desk: a file is looked at before it is imported, imported once, and never half."""

from __future__ import annotations

import io
import re
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from governance.base import clock
from governance.village import directory, households
from governance.village.register import importing
from governance.village.running import Work
from governance.village.staff import Role
from governance.web.desk import jobs as job_desk
from governance.web.desk import register as register_desk
from tests import tables
from tests.factories import make_household, make_staff, make_village, sign_in
from tests.runner import run_jobs
from tests.tables import HEADINGS, home, register

BROKEN = (tables.DATA / "broken.xlsx").read_bytes()


@pytest.fixture
def homes():
    return 0


@pytest.fixture
def village(app, village):
    village.other = make_village(homes=0)
    village.neighbour = make_staff(Role.COMMITTEE, village.other.place, "neighbour", "李主任")
    yield village
    for left in (app.config["DATA_DIR"] / "uploads").glob("*/*"):
        left.unlink()


def url(village, path=""):
    return f"/desk/{village.place.code}/households/register/{path}"


def upload(client, village, data, name="花名册.xlsx"):
    return client.post(url(village), data={"file": (io.BytesIO(data), name)})


def preview(client, village, data):
    """The address of the preview, and its page."""
    answer = upload(client, village, data)
    assert answer.status_code == 303, answer.text
    return answer.location, client.get(answer.location).text


def confirm(client, address):
    """Confirm a preview; the page of the import that follows."""
    digest = re.search(r"name=\"digest\" value=\"(\w+)\"", client.get(address).text)[1]
    answer = client.post(address, data={"digest": digest})
    assert answer.status_code == 303
    return client.get(answer.location)


def registered(village):
    return directory.search(village.id, limit=10_000)[0]


def files(app, village):
    return list((app.config["DATA_DIR"] / "uploads" / str(village.id)).glob("*"))


def test_a_register_is_shown_and_then_imported(app, village, clerk):
    address, page = preview(clerk, village, tables.SHIJIA.read_bytes())
    assert re.search(r"<b>417</b>\s*户新增", page)
    assert "第 426 行" in page
    assert "3组网格" in page
    assert "151****4812" in page
    assert "15104004812" not in page
    assert registered(village) == []
    told = confirm(clerk, address)
    assert "已经排上队" in told.text
    assert '<meta http-equiv="refresh"' in told.text
    assert registered(village) == []
    run_jobs(app)
    told = clerk.get(told.request.path).text
    assert "导入完成：新增 417 户" in told
    assert "refresh" not in told
    assert len(registered(village)) == 417
    assert files(app, village) == []
    assert "新增 417 户" in clerk.get(url(village)).text


def test_a_small_register_is_imported_while_the_clerk_waits(village, clerk):
    told = confirm(clerk, preview(clerk, village, register(home(1)))[0]).text
    assert "导入完成：新增 1 户" in told
    assert len(registered(village)) == 1


def test_how_far_it_is_stands_on_its_page(app, village, clerk, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    monkeypatch.setattr(register_desk, "SMALL", 0)
    page = confirm(clerk, preview(clerk, village, register(home(1), home(2, "李志明")))[0])
    seen = []
    tell = Work.tell

    def look(work, done, total):
        tell(work, done, total)
        if done == 1:
            seen.append(app.test_client())
            sign_in(seen[0], village.clerk)
            seen[0] = seen[0].get(page.request.path).text

    monkeypatch.setattr(Work, "tell", look)
    run_jobs(app)
    assert re.search(r"正在办：1 / 2.*<progress max=\"2\" value=\"1\"", seen[0], re.S)
    assert "导入完成" in clerk.get(page.request.path).text


def test_a_page_that_nobody_serves_says_so(village, clerk, monkeypatch):
    monkeypatch.setattr(register_desk, "SMALL", 0)
    page = confirm(clerk, preview(clerk, village, register(home(1)))[0])
    assert "flask jobs run" not in page.text
    monkeypatch.setattr(job_desk, "PATIENCE", clock.days(0))
    assert "flask jobs run" in clerk.get(page.request.path).text


def test_confirming_twice_imports_once(village, clerk):
    address, page = preview(clerk, village, register(home(1)))
    digest = re.search(r"name=\"digest\" value=\"(\w+)\"", page)[1]
    answers = [clerk.post(address, data={"digest": digest}) for _ in range(2)]
    assert len({one.location for one in answers}) == 1
    assert "导入完成：新增 1 户" in clerk.get(answers[1].location).text
    assert len(registered(village)) == 1
    assert clerk.get(address).status_code == 404


def test_changes_are_shown_with_what_was_and_what_will_be(village, clerk):
    make_household(village, 1, 1, phone="13900000009", members=[("王秀兰", "户主")])
    _, page = preview(clerk, village, register(home(1, status="空户", party="是", size=5)))
    assert re.search(r"居住状态：<span class=\"old\">常住</span> → 空户", page)
    assert re.search(r"党员户：<span class=\"old\">否</span> → 是", page)
    assert re.search(
        r"联系电话：<span class=\"old\">139\*\*\*\*0009</span> → 138\*\*\*\*0001", page
    )


def test_a_changed_family_is_shown_by_name(village, clerk):
    make_household(village, 1, 1, head="汪丽", size=1, phone="", members=[("汪丽", "户主")])
    rows = [
        ["", "1组", "汪丽", "汪丽", "户主", "1组1号"],
        ["", "1组", "汪丽", "汪福", "配偶", "1组1号"],
    ]
    _, page = preview(clerk, village, tables.xlsx(tables.MEMBER_HEADINGS[:6], *rows))
    assert "汪丽（户主）</span> → 汪丽（户主）、汪福（配偶）" in page


def test_faults_are_named_by_row_and_column_and_nothing_can_be_confirmed(village, clerk):
    address, page = preview(clerk, village, BROKEN)
    assert "有 8 处要改" in page
    assert re.search(
        r"<td class=\"r num\">9</td><td class=\"nowrap\">户主姓名</td><td>这一格是公式", page
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "就这样导入" not in page
    answer = clerk.post(address, data={"digest": ""}, follow_redirects=True)
    assert "8 处要改" in answer.text
    assert "什么都没有改" in answer.text
    assert registered(village) == []


def test_ignored_columns_and_identity_numbers_are_told(village, clerk):
    data = register(
        [*home(), "620502199001011234", "5000"],
        headings=[*HEADINGS, "身份证号", "年收入"],
        sheets=["旧表"],
    )
    _, page = preview(clerk, village, data)
    assert "没有读取身份证号一栏（身份证号）" in page
    assert "没有用到的栏：年收入" in page
    assert "另外 1 张工作表没有读" in page
    assert "620502199001011234" not in page


def test_a_closed_household_that_would_come_back_is_pointed_out(village, clerk):
    households.close_household(make_household(village, 1, 1))
    _, page = preview(clerk, village, register(home(1)))
    assert "曾注销" in page


def test_the_same_register_again_has_nothing_to_import(village, clerk):
    confirm(clerk, preview(clerk, village, register(home(1)))[0])
    _, page = preview(clerk, village, register(home(1)))
    assert "和系统里的一样" in page
    assert "就这样导入" not in page


def test_an_empty_template_has_no_households(village, clerk):
    template = clerk.get(url(village, "template.xlsx"))
    _, page = preview(clerk, village, template.data)
    assert "表里没有农户" in page


def test_what_changed_since_the_preview_is_shown_again(village, clerk):
    address, page = preview(clerk, village, register(home(1)))
    digest = re.search(r"name=\"digest\" value=\"(\w+)\"", page)[1]
    make_household(village, 1, 1, head="陈海荣")
    answer = clerk.post(address, data={"digest": digest})
    told = clerk.get(answer.location).text
    assert "不一样了" in told
    assert f'href="{address}">再看一遍这份表' in told
    assert [one.head for one in registered(village)] == ["陈海荣"]
    assert "导入完成" in confirm(clerk, address).text  # asked for anew


def test_a_database_that_fails_half_way_is_told_and_nothing_is_kept(village, clerk, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    add = households.add_households
    calls = []

    def fail(*words):
        calls.append(words)
        if len(calls) == 2:
            raise OperationalError(
                "insert", {}, sqlite3.OperationalError("database or disk is full")
            )
        return add(*words)

    monkeypatch.setattr(households, "add_households", fail)
    address, _ = preview(clerk, village, register(home(1), home(2, "李志明")))
    told = confirm(clerk, address).text
    assert "磁盘满了" in told
    assert "什么都没有改" in told
    assert "insert" not in told
    assert registered(village) == []
    assert "就这样导入" in clerk.get(address).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b"PK\x03\x04junk", "打不开"),
        (b"\x89PNG\r\n\0", "不是 .xlsx"),
        ("甲,乙\r\n".encode(), "没有找到表头"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ],
)
def test_an_unusable_file_gets_a_sentence(app, village, clerk, data, sentence):
    answer = upload(clerk, village, data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert files(app, village) == []


def test_a_form_without_a_file_gets_a_sentence(village, clerk):
    answer = clerk.post(url(village), data={})
    assert answer.status_code == 422
    assert "请选择一个文件" in answer.text


def test_a_huge_file_gets_a_sentence(village, clerk):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    body = head + b"0" * (17 * 2**20) + b"\r\n--x--\r\n"
    answer = clerk.post(url(village), data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_a_discarded_upload_is_deleted(app, village, clerk):
    address, _ = preview(clerk, village, register(home(1)))
    assert clerk.post(f"{address}/drop").status_code == 303
    assert files(app, village) == []
    assert "重新上传" in clerk.get(address).text


def test_an_upload_belongs_to_its_village(app, village, clerk):
    address, page = preview(clerk, village, register(home(1)))
    neighbour = sign_in(app.test_client(), village.neighbour)
    assert neighbour.get(address).status_code == 404
    elsewhere = address.replace(village.place.code, village.other.place.code)
    assert neighbour.get(elsewhere).status_code == 404
    assert neighbour.post(elsewhere, data={"digest": "x"}).status_code == 404
    assert neighbour.post(f"{elsewhere}/drop").status_code == 303
    assert clerk.get(address).status_code == 200


def test_the_address_of_a_preview_names_nobody(village, clerk):
    address, _ = preview(clerk, village, register(home(1)))
    assert re.fullmatch(re.escape(url(village)) + r"[0-9a-f-]{36}", address)


@pytest.mark.parametrize("shape", ["households", "members"])
def test_exports_hold_whole_phones_and_come_back_unchanged(app, village, clerk, shape):
    confirm(clerk, preview(clerk, village, tables.SHIJIA.read_bytes())[0])
    run_jobs(app)
    answer = clerk.get(url(village, f"export/{shape}.xlsx"))
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "15104004812" in str(tables.rows_of(answer.data))
    assert "和系统里的一样" in preview(clerk, village, answer.data)[1]


def test_the_supervisor_may_have_the_template_and_nothing_else(app, village):
    supervisor = sign_in(app.test_client(), village.supervisor)
    assert supervisor.get(url(village, "template.xlsx")).status_code == 200
    for path in ("", "export/households.xlsx", "export/members.xlsx"):
        assert supervisor.get(url(village, path)).status_code == 403
    assert upload(supervisor, village, register(home(1))).status_code == 403
    assert files(app, village) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(
            st.one_of(st.sampled_from(["1组", "王秀兰", "4", "合计"]), st.text(max_size=6)),
            max_size=9,
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_no_file_ever_breaks_the_desk(village, clerk, rows, with_headings):
    data = tables.csv_text(*([HEADINGS] if with_headings else []), *rows).encode("utf-8", "replace")
    answer = upload(clerk, village, data, "花名册.csv")
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        page = clerk.get(answer.location)
        assert page.status_code == 200
        if "就这样导入" in page.text:
            assert "导入完成" in confirm(clerk, answer.location).text
