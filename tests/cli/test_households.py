"""flask households: import and export from the shell, in sentences, all or nothing."""

from __future__ import annotations

import pytest

from governance.village import directory, places
from tests import tables
from tests.factories import make_household, make_village
from tests.tables import home, register


@pytest.fixture(autouse=True)
def chinese(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


@pytest.fixture
def village(app):
    with app.app_context():
        return make_village(homes=0)


@pytest.fixture
def flask(app, village):
    """Run a command of the group for the village."""

    def run(*words):
        command = app.cli.get_command(None, "households")
        return app.test_cli_runner().invoke(
            command, [*map(str, words), "--village", village.place.code]
        )

    return run


@pytest.fixture
def file(tmp_path):
    def write(data, name="register.xlsx"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def total(app, village):
    with app.app_context():
        return directory.search(village.id)[1]


def test_the_village_register_is_imported_once(app, village, flask):
    done = flask("import", tables.SHIJIA)
    assert done.exit_code == 0, done.output
    assert "新增 417 户，变更 0 户" in done.stdout
    assert "3组网格" in done.stdout
    assert total(app, village) == 417
    again = flask("import", tables.SHIJIA)
    assert "新增 0 户，变更 0 户，417 户没有变" in again.stdout
    assert total(app, village) == 417


def test_a_dry_run_tells_the_plan_and_does_nothing(app, village, flask, file):
    with app.app_context():
        make_household(village, 1, 1, phone="13900000009", size=4)
    data = register(
        [*home(1), "1"], [*home(2, "李志明"), "2"], headings=[*tables.HEADINGS, "身份证号"]
    )
    done = flask("import", file(data), "--dry-run")
    assert done.exit_code == 0
    assert "+ 1组2号 李志明" in done.stdout
    assert "~ 1组1号 王秀兰: 联系电话 139****0009 → 138****0001" in done.stdout
    assert "没有读取身份证号一栏（身份证号）" in done.stdout
    assert "什么都没有改" in done.stdout
    assert total(app, village) == 1


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_faults_go_to_standard_error_one_a_line_and_nothing_is_imported(app, village, flask, dry):
    done = flask("import", tables.DATA / "broken.xlsx", *dry)
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert [line.split(" ")[1] for line in lines[:8]] == ["2", "3", "4", "5", "7", "8", "9", "10"]
    assert lines[0] == "第 2 行「户主姓名」：没有填户主姓名。"
    assert "8 处" in lines[8]
    assert done.stdout == ""
    assert total(app, village) == 0
    with app.app_context():
        assert len(places.grids_of(village.id)) == 2


def test_a_file_that_is_no_table_is_refused(flask, file):
    done = flask("import", file(b"hello"))
    assert done.exit_code == 1
    assert "没有找到表头" in done.stderr


def test_a_village_that_does_not_exist_is_refused(app, village):
    command = app.cli.get_command(None, "households")
    for words in (["import", str(tables.SHIJIA)], ["export", "/tmp/never.xlsx"]):
        done = app.test_cli_runner().invoke(command, [*words, "--village", "999999999999"])
        assert done.exit_code == 1
        assert "999999999999" in done.stderr


def test_unused_columns_are_told(flask, file):
    done = flask(
        "import", file(register([*home(1), "5000"], headings=[*tables.HEADINGS, "年收入"]))
    )
    assert "没有用到的栏：年收入" in done.stdout


@pytest.mark.parametrize("words", [[], ["--members"]])
def test_an_export_is_imported_without_a_change(app, village, flask, tmp_path, words):
    flask("import", tables.DATA / "anjia_members.xlsx")
    out = tmp_path / "out.xlsx"
    done = flask("export", out, *words)
    assert done.exit_code == 0, done.output
    if not words:
        assert tables.rows_of(out.read_bytes())[0] == tables.HEADINGS
    assert "新增 0 户，变更 0 户，236 户没有变" in flask("import", out).stdout


def test_an_export_that_cannot_be_written_says_so(flask, tmp_path):
    done = flask("export", tmp_path / "file" / "out.xlsx")
    assert done.exit_code == 0  # the folder is made
    (tmp_path / "plain").write_text("")
    done = flask("export", tmp_path / "plain" / "out.xlsx")
    assert done.exit_code == 1
    assert "out.xlsx" in done.stderr
