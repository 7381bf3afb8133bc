"""The supervision desk: its overview, the lot and what was found, the grids compared, the log in words."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import update

from governance.affairs.acts import note_act
from governance.affairs.awards import checking, photos
from governance.affairs.awards.life import awards
from governance.affairs.oversight import samples
from governance.affairs.oversight.complaints import make_complaint
from governance.affairs.recusal import OwnHousehold, note_attempts
from governance.base import clock
from governance.base.database import new_id
from governance.village.kin import declare_kin
from tests.factories import (
    make_award,
    make_notice,
    make_objection,
    make_rule,
    make_sample,
    make_scorer,
    make_village,
    sign_in,
)
from tests.tampering import tamper

OCTOBER, NOVEMBER = datetime(2026, 10, 12, 8, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def clock_at():
    return OCTOBER


@pytest.fixture
def homes():
    return 4


@pytest.fixture
def village(village):
    """Twelve awards in October, looked at on 20 November."""
    village.scorer = make_scorer(village)
    rule = make_rule(village, points_max=10)
    village.awards = [
        make_award(village.scorer, village.homes[n % 4], rule, points=6, note=f"第{n}次")
        for n in range(12)
    ]
    village.desk = f"/desk/{village.place.code}/supervision/"
    with clock.set_to(NOVEMBER):
        yield village


@pytest.fixture
def sample(village):
    """A drawing of two; its page."""
    drawn = make_sample(village, village.awards[:2], village.supervisor)
    return f"{village.desk}samples/{drawn.id}"


# --- the overview -------------------------------------------------------------------------------


def test_the_overview_counts_what_is_open(village, supervisor, sample):
    make_complaint(village.id, "路灯坏了")
    home = village.homes[0]
    note_attempts(
        village.id, village.clerk.id, "check", [(OwnHousehold(), home.id, village.awards[0])]
    )
    with clock.set_to(NOVEMBER - timedelta(days=100)):
        note_attempts(village.id, village.clerk.id, "score", [(OwnHousehold(), home.id, None)])
    make_objection(village, village.homes[1])
    page = supervisor.get(village.desk).text
    assert re.findall(r"<b>(\d+)</b>", page) == ["0", "0", "1", "0", "2"]
    assert "审核、冲正 1 次" in page
    with clock.set_to(NOVEMBER + timedelta(days=29)):
        assert re.findall(r"<b>(\d+)</b>", supervisor.get(village.desk).text)[1] == "1"


def test_without_attempts_it_says_so(village, supervisor):
    assert "2026年10月1日以来没有" in supervisor.get(village.desk).text


# --- the lot ------------------------------------------------------------------------------------


def test_the_supervisor_draws_and_the_page_proves_the_lot(village, supervisor):
    answer = supervisor.post(f"{village.desk}samples", data={"size": 5})
    assert answer.status_code == 303
    page = supervisor.get(answer.location).text
    assert "12 条里抽 5 条" in page
    assert page.count("还没看") == 5
    assert "抽到的还是这些" in page
    assert re.search(r'class="seed">[0-9a-f]{32}<', page)


def test_the_committee_reads_along_and_draws_nothing(village, clerk, sample):
    assert clerk.post(f"{village.desk}samples", data={"size": 5}).status_code == 403
    assert clerk.post(f"{sample}/1", data={"result": "true"}).status_code == 403
    for page in (f"{village.desk}samples", sample, f"{sample}/1", f"{sample}/paper"):
        answer = clerk.get(page)
        assert answer.status_code == 200
        assert 'name="result"' not in answer.text
        assert 'name="size"' not in answer.text


@pytest.mark.parametrize("size", ["0", "51", "", "x", "99999999999999999999"])
def test_a_size_that_cannot_be_drawn_is_refused_at_the_field(village, supervisor, size):
    answer = supervisor.post(f"{village.desk}samples", data={"size": size})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_a_second_lot_before_the_first_is_looked_at_is_refused(village, supervisor, sample):
    answer = supervisor.post(f"{village.desk}samples", data={"size": 5})
    assert answer.status_code == 409
    assert "先填完再抽" in answer.text


def test_a_month_without_awards_says_so(village, supervisor):
    with clock.set_to(NOVEMBER + timedelta(days=60)):
        sign_in(supervisor, village.supervisor)
        answer = supervisor.post(f"{village.desk}samples", data={"size": 5})
    assert answer.status_code == 409
    assert "没有可抽的" in answer.text


def test_an_item_shows_household_rule_points_filer_note_and_photos(app, village, supervisor):
    photo_id, out = new_id(), io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    officer = village.scorer.staff_id
    photos.store_photo(app.config["DATA_DIR"], village.id, photo_id, officer, out.getvalue())
    rule = make_rule(village, behaviour="修水渠", evidence="photo")
    with clock.set_to(OCTOBER):
        award = make_award(village.scorer, village.homes[0], rule, photos=(photo_id,))
    page = f"{village.desk}samples/{make_sample(village, [award], village.supervisor).id}"
    assert "照片 1 张" in supervisor.get(page).text
    shown = supervisor.get(f"{page}/1").text
    for text in ("1组1号 王秀兰", "修水渠", "+5", "李志明", f"/awards/photos/{photo_id}"):
        assert text in shown, text
    photo = f"/desk/{village.place.code}/awards/photos/{photo_id}"
    assert supervisor.get(photo, buffered=True).status_code == 200


def test_results_are_entered_changed_and_closed(village, supervisor, sample):
    assert (
        supervisor.post(f"{sample}/1", data={"result": "doubt", "note": "没有去"}).status_code
        == 303
    )
    page = supervisor.get(sample).text
    assert "有疑问" in page
    assert "没有去" in page
    assert "checked" in supervisor.get(f"{sample}/1").text
    supervisor.post(f"{sample}/1", data={"result": "true"})
    supervisor.post(f"{sample}/2", data={"result": "true"})
    assert "都填完了" in supervisor.get(sample).text
    assert 'name="result"' not in supervisor.get(f"{sample}/1").text
    late = supervisor.post(f"{sample}/1", data={"result": "doubt", "note": "没有去"})
    assert late.status_code == 409
    assert "已经全部填完" in late.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "请选择"),
        ({"result": "nonsense"}, "error"),
        ({"result": "doubt"}, "请写明看到了什么"),
        ({"result": "true", "note": "长" * 501}, "不超过 500 个字"),
    ],
)
def test_a_result_that_cannot_be_entered_is_refused_and_kept(
    village, supervisor, sample, typed, told
):
    answer = supervisor.post(f"{sample}/1", data=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert typed.get("note", "") in answer.text
    assert "还没看" in supervisor.get(sample).text


def test_ones_own_household_is_shown_with_the_reason_and_refused(village, supervisor, sample):
    declare_kin(village.supervisor.id, village.homes[0], "own")
    for page in (sample, f"{sample}/1"):
        assert "请由别人来看" in supervisor.get(page).text
    assert 'name="result"' not in supervisor.get(f"{sample}/1").text
    answer = supervisor.post(f"{sample}/1", data={"result": "true"})
    assert answer.status_code == 403
    assert "请由别人来看" in answer.text
    assert "抽查自己家或亲属家的记分" in supervisor.get(f"{village.desk}log?kind=attempts").text


def test_what_was_not_drawn_is_not_there(village, supervisor, sample):
    for page in (
        f"{sample}/3",
        f"{sample}/0",
        f"{sample}/{10**30}",
        f"{village.desk}samples/{village.id}",
    ):
        assert supervisor.get(page).status_code == 404


def test_the_paper_has_a_row_and_room_for_each(village, supervisor, sample):
    page = supervisor.get(f"{sample}/paper").text
    assert page.count("□ 属实") == 2
    assert "抽查人签字" in page
    assert "第0次" in page


# --- the grids ----------------------------------------------------------------------------------


def test_the_grids_are_compared_in_door_order_without_a_name_of_staff(village, supervisor):
    with clock.set_to(OCTOBER):
        rule = make_rule(village, "Z9", behaviour="清理房前屋后")
        for _ in range(11):
            make_award(village.scorer, village.homes[1], rule)
    quarter = supervisor.get(f"{village.desk}consistency?now=1").text
    assert "「清理房前屋后」在2组网格记得比别处多，可以问一问原因" in quarter
    assert "「清理房前屋后」在1组网格记得比别处少" in quarter
    assert quarter.index(">1组网格<") < quarter.index(">2组网格<")
    assert "平均 6.0 分" in quarter
    main = quarter[quarter.index("<main") :]
    assert "李志明" not in main
    assert "minus" not in main
    assert "red" not in re.findall(r'class="([^"]*)"', main)


def test_last_quarter_is_shown_first_and_may_be_empty(village, supervisor):
    page = supervisor.get(f"{village.desk}consistency").text
    assert "2026年7月1日" in page
    assert "2026年9月30日" in page
    assert "这段时间没有记分" in page
    assert "没有要问的" not in page  # where nothing was recorded, nothing was compared


# --- the log ------------------------------------------------------------------------------------


@pytest.fixture
def busy(village, clerk):
    """A clerk who did three things, and tried one that was refused."""
    home, code = village.homes[0], village.place.code
    for minute, (path, form) in enumerate(
        (
            (f"households/{home.id}/code", {"kind": "door", "old": ""}),
            ("team/grids/add", {"name": "3组网格"}),
            (f"households/{home.id}/close", {}),
        )
    ):
        with clock.set_to(NOVEMBER + timedelta(minutes=minute)):
            assert clerk.post(f"/desk/{code}/{path}", data=form).status_code == 303, path
    with clock.set_to(NOVEMBER + timedelta(minutes=9)):
        note_attempts(
            village.id, village.clerk.id, "check", [(OwnHousehold(), home.id, village.awards[0])]
        )


def rows_of(page):
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [re.sub(r"<[^>]+>|\s+", " ", row) for row in body.split("<tr>")[1:]]


def test_the_log_says_in_words_who_did_what_newest_first(village, supervisor, busy):
    page = supervisor.get(f"{village.desk}log").text
    rows = [" ".join(row.split()) for row in rows_of(page)]
    assert rows == [
        "11月20日 16:09 张文书 审核自己家或亲属家的记分：参加义务劳动 没有办成 1组1号",
        "11月20日 16:02 张文书 注销农户 1组1号",
        "11月20日 16:01 张文书 添加网格",
        "11月20日 16:00 张文书 换新门牌码、补办户卡 1组1号",
    ]


def test_the_log_is_narrowed_to_a_kind_or_to_attempts(village, supervisor, busy):
    assert len(rows_of(supervisor.get(f"{village.desk}log?kind=households").text)) == 2
    [row] = rows_of(supervisor.get(f"{village.desk}log?kind=attempts").text)
    assert "没有办成" in row
    assert "还没有" in supervisor.get(f"{village.desk}log?kind=gifts").text
    assert len(rows_of(supervisor.get(f"{village.desk}log?kind=nonsense").text)) == 4


def test_people_rules_and_gifts_are_named(village, supervisor, clerk):
    code = village.place.code
    new = {
        "username": "chen",
        "name": "陈海荣",
        "password": "first-password",
        "role": "officer",
        "grid": "",
    }
    person = clerk.post(f"/desk/{code}/team/add", data=new).location
    form = {"password": "another-password", "again": "another-password"}
    assert clerk.post(f"{person}/password", data=form).status_code == 303
    assert "重设别人的密码：陈海荣" in " ".join(rows_of(supervisor.get(f"{village.desk}log").text))


def test_notices_objections_and_reminders_are_told_by_their_number(village, supervisor):
    with clock.set_to(NOVEMBER):
        made = make_objection(village, village.homes[0])
        note_act(village.id, village.clerk.id, "objections.decide", subject_id=made.id)
    page = supervisor.get(f"{village.desk}log").text
    assert f"答复异议：{made.year}-{made.number}" in " ".join(rows_of(page))


def test_an_act_of_an_older_version_is_shown_all_the_same(village, supervisor):
    note_act(village.id, village.clerk.id, "gone.page")
    assert "其他操作" in supervisor.get(f"{village.desk}log").text


def test_another_villages_acts_are_not_shown(village, supervisor):
    note_act(make_village("白家村").id, village.clerk.id, "awards.check")
    assert "还没有" in supervisor.get(f"{village.desk}log").text


def test_a_long_log_is_paged(village, supervisor):
    for _ in range(60):
        note_act(village.id, village.clerk.id, "awards.check")
    assert len(rows_of(supervisor.get(f"{village.desk}log?kind=awards").text)) == 50
    assert len(rows_of(supervisor.get(f"{village.desk}log?kind=awards&page=2").text)) == 10
    for page in ("x", "-1", "99999999999999999999"):
        assert supervisor.get(f"{village.desk}log?page={page}").status_code == 200


def test_the_committee_reads_the_log_too(village, clerk, busy):
    assert "注销农户" in clerk.get(f"{village.desk}log").text


def test_the_drawing_itself_stands_in_the_log(village, supervisor):
    supervisor.post(f"{village.desk}samples", data={"size": samples.USUAL})
    assert "抽签抽查" in supervisor.get(f"{village.desk}log?kind=supervision").text


def test_an_award_that_is_not_what_hangs_is_told(village, supervisor, clerk):
    rule = make_rule(village, review="first", points=4, behaviour="照看邻居老人")
    award_id = make_award(village.scorer, village.homes[0], rule)
    checking.check(village.id, village.clerk.id, [award_id])
    closes_at = make_notice(village).closes_at
    assert "和公示不一样的记分" not in supervisor.get(village.desk).text
    tamper(update(awards).where(awards.c.id == award_id).values(points=504))
    with clock.set_to(closes_at):
        closed = supervisor.get(f"/v/{village.place.code}/notices")  # whoever comes first closes it
        assert closed.status_code == 200
        for reader in (supervisor, clerk):
            page = reader.get(village.desk).text
            assert "有 1 条记分，现在写的和贴出去的不一样。" in page
            assert "贴出去的是 4 分，现在写的是 504 分。" in page
            assert f"/awards/{award_id}" in page
        log = supervisor.get(f"{village.desk}log").text
    assert "和公示不一样，没有入账：照看邻居老人" in log
    assert "到期自动" in log
