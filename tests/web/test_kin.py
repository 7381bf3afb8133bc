"""Households of one's own: declared on a page of every staff door, of one's own village only."""

from __future__ import annotations

from tests.factories import make_village, search, sign_in


def test_an_officer_declares_households_of_their_own_village_only(app, village):
    other = make_village("白家村")
    phone = sign_in(app.test_client(), village.officer)
    assert "王秀兰" in search(phone, "/declare/", "王秀兰").text
    mine = {"household": str(village.homes[1].id), "relation": "own"}
    assert phone.post("/declare/", data=mine).status_code == 303
    assert "本户" in phone.get("/declare/").text
    theirs = {"household": str(other.homes[0].id), "relation": "own"}
    assert phone.post("/declare/", data=theirs).status_code == 404
