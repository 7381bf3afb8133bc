"""What the wall says is booked, and nothing else: whatever was changed behind it is not booked, and supervision is told."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from governance.affairs.acts import acts
from governance.affairs.awards import life
from governance.affairs.awards.life import awards
from governance.affairs.publicity import closing
from governance.affairs.publicity.notices import notice_items
from governance.base import clock
from governance.base.database import atomic, db
from governance.ledger import book
from governance.ledger.seals import seals
from tests.factories import make_checked, make_notice, make_rule
from tests.moments import MONDAY
from tests.tampering import tamper


@pytest.fixture
def _books_add_up():
    """Here awards are bent on purpose."""


@pytest.fixture
def village(village):
    """A notice of three awards of four points, each of another household."""
    rule = make_rule(village, review="first", points=4)
    village.awards = [make_checked(village, home, rule) for home in village.homes[:3]]
    village.notice = make_notice(village, village.people[0])
    return village


def close(village):
    with clock.set_to(village.notice.closes_at):
        return closing.close_due(village.id)


def states(village):
    db.session.expire_all()
    return [life.get_award(village.id, one).state for one in village.awards]


def of_first(village, **values):
    """The first award, changed by hand."""
    return update(awards).where(awards.c.id == village.awards[0]).values(**values)


def item_of_first(village, **values):
    """What the notice says of it, changed by hand."""
    return update(notice_items).where(notice_items.c.award_id == village.awards[0]).values(**values)


FORGERIES = {
    "points": lambda village: [of_first(village, points=504)],
    "household": lambda village: [of_first(village, household_id=village.homes[3].id)],
    "behaviour": lambda village: [of_first(village, behaviour="见义勇为")],
    "day": lambda village: [of_first(village, seen_on=clock.local_date(MONDAY) - clock.days(1))],
    "the notice": lambda village: [item_of_first(village, points=504)],
    "both": lambda village: [of_first(village, points=504), item_of_first(village, points=504)],
    "both, without a seal": lambda village: [
        of_first(village, points=504),
        item_of_first(village, points=504),
        delete(seals),
    ],
}


def test_what_nobody_changed_is_booked_as_the_wall_says_it(village):
    assert closing.find_differing(village.id) == []
    assert close(village) == 3
    assert book.find_figures(village.id, village.homes[0].id).standing == 4


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_what_was_changed_behind_the_wall_is_not_booked(village, forgery):
    tamper(*forgery(village))
    close(village)
    assert states(village)[0] == "published"
    assert book.find_line(village.id, f"award:{village.awards[0]}") is None
    for home in village.homes:
        assert book.find_figures(village.id, home.id).standing in (0, 4)


def test_the_others_of_the_notice_are_booked_all_the_same(village):
    tamper(of_first(village, points=504))
    assert close(village) == 2
    assert states(village) == ["published", "booked", "booked"]


def test_supervision_is_told_what_the_wall_says_and_what_is_written_now(village):
    tamper(of_first(village, points=504))
    for _ in range(2):  # before the notice closes, and after
        [found] = closing.find_differing(village.id)
        assert (found.number, found.position, found.points, found.now) == (1, 1, 4, 504)
        close(village)
    told = db.session.execute(
        db.select(acts.c.what, acts.c.staff_id, acts.c.subject_id).where(
            acts.c.village_id == village.id
        )
    )
    assert told.all() == [("differing", None, village.awards[0])]


def test_what_is_put_right_again_is_booked_when_the_calendar_is_asked(village):
    tamper(of_first(village, points=504))
    close(village)
    assert list(closing.book_all_agreeing()) == []
    tamper(of_first(village, points=4))
    [(place, count)] = closing.book_all_agreeing()
    assert (place.id, count) == (village.id, 1)
    assert states(village) == ["booked"] * 3
    assert closing.find_differing(village.id) == []
    assert list(closing.book_all_agreeing()) == []


def test_what_is_freed_by_an_answer_is_held_against_the_wall_too(village):
    tamper(of_first(village, points=504))
    close(village)
    with atomic():
        assert closing.book_freed(village.id, [village.awards[0]]) == 0
