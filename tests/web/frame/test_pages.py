"""A list in pages: the one the address asks for, where it begins, the links to the others."""

from __future__ import annotations

import pytest

from governance.web.frame.pages import asked_page


@pytest.mark.parametrize(
    ("asked", "number", "offset"),
    [("", 1, 0), ("?page=3", 3, 100), ("?page=0", 1, 0), ("?page=-2", 1, 0), ("?page=x", 1, 0)],
)
def test_a_page_is_asked_for_and_nonsense_is_the_first(app, asked, number, offset):
    with app.test_request_context(f"/v/620503100201/notices{asked}"):
        page = asked_page(50)
        assert (page.number, page.offset) == (number, offset)


def test_the_pager_keeps_what_was_chosen(app):
    with app.test_request_context("/v/620503100201/notices?page=2"):
        told = asked_page(50).pager(120, "public.notices", code="620503100201")
        assert (told["page"], told["size"], told["total"]) == (2, 50, 120)
        assert told["page_link"](3) == "/v/620503100201/notices?page=3"
