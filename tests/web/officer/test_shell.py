"""The field page's shell: the same bytes for everybody, nothing of anybody in it, kept until it changes."""

from __future__ import annotations

from governance.village.staff import Role
from tests.factories import make_staff, make_village, sign_in


def test_the_shell_is_the_same_for_everybody_and_sets_no_cookie(app):
    with app.app_context():
        village = make_village()
        officer = sign_in(app.test_client(), make_staff(Role.OFFICER, village.grids[0]))
    stranger = app.test_client().get("/officer/field")
    theirs = officer.get("/officer/field")
    assert stranger.status_code == theirs.status_code == 200
    assert stranger.data == theirs.data
    assert "csrf" not in theirs.text
    assert "Set-Cookie" not in theirs.headers
    assert "Set-Cookie" not in stranger.headers


def test_an_unchanged_shell_is_not_sent_again(client):
    for path in ("/officer/field", "/sw.js"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_the_service_worker_may_serve_the_whole_site_also_below_a_prefix(client):
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    below = client.get("/sw.js", environ_overrides={"SCRIPT_NAME": "/hemei"})
    assert below.headers["Service-Worker-Allowed"] == "/hemei/"
    page = client.get("/officer/field", environ_overrides={"SCRIPT_NAME": "/hemei"}).text
    assert 'data-base="/hemei"' in page
    assert 'src="/hemei/static/field.js?v=' in page


def test_a_service_worker_that_was_not_built_is_not_there(app, client, monkeypatch, tmp_path):
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    assert client.get("/sw.js").status_code == 404
