"""The officer's inspection and batch pages without JavaScript."""

from __future__ import annotations

from governance.affairs.field import inspections
from governance.affairs.field.inspections import Wanted
from governance.ledger import book
from governance.village.checklists.wording import Given
from tests.affairs.field.test_inspecting import clean_rule
from tests.factories import make_checklist, make_public_place
from tests.web.pages import fresh


def test_findings_are_ticked_and_the_score_computes_itself(village, officer):
    clean_rule(village)
    checklist, home = make_checklist(village, outcomes=(Given(15, "E01"),)), village.homes[0]
    address = f"/officer/household/{home.id}/inspect/{checklist.id}"
    assert address in officer.get(f"/officer/household/{home.id}").text
    text, key = fresh(officer, address)
    assert "地面垃圾" in text
    typed = {"once": key, "finding": ["B0"], "consent": "y"}
    done = officer.post(address, data=typed, follow_redirects=True)
    assert "检查已记上，得 17 分。按细则+5，已入账。" in done.text
    again = officer.post(address, data=typed, follow_redirects=True)
    assert again.status_code == 200
    assert inspections.results(village.id, Wanted())[1] == 1
    assert book.find_figures(village.id, home.id) == book.Figures(5, 5)
    text, _ = fresh(officer, address)
    assert 'value="B0" checked' in text
    assert 'value="B1" checked' not in text


def test_a_finding_in_the_room_without_consent_is_told_at_the_field(village, officer):
    checklist, home = make_checklist(village), village.homes[0]
    address = f"/officer/household/{home.id}/inspect/{checklist.id}"
    _, key = fresh(officer, address)
    refused = officer.post(address, data={"once": key, "finding": ["A0", "B0"]})
    assert refused.status_code == 422
    assert "要先征得这一户同意" in refused.text
    assert 'value="A0" checked' in refused.text
    assert officer.post(address, data={"once": "x", "finding": []}).status_code == 422
    made_up = officer.post(address, data={"once": key, "finding": ["Z9"]})
    assert made_up.status_code == 422
    assert inspections.results(village.id, Wanted())[1] == 0


def test_public_places_of_the_grid_are_inspected(village, officer):
    checklist = make_checklist(village, target="both")
    mine, other = make_public_place(village), make_public_place(village, grid=1)
    address = f"/officer/place/{mine.id}/inspect/{checklist.id}"
    home = officer.get("/officer/").text
    assert address in home
    assert other.name not in home
    _, key = fresh(officer, address)
    done = officer.post(address, data={"once": key, "finding": ["B1"]}, follow_redirects=True)
    assert "得 15 分" in done.text
    assert officer.get(f"/officer/place/{other.id}/inspect/{checklist.id}").status_code == 403
