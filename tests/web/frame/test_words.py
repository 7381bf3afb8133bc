"""Words on screen: dates, points and money as a village writes them, in either language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from governance.base.errors import phrase
from governance.village.households import UnknownHousehold
from governance.web.frame import words

MOMENT = datetime(2026, 11, 21, 16, 4, tzinfo=UTC)  # past midnight in the village


@pytest.fixture(params=["zh", "en"])
def language(request, plain):
    with plain.app_context(), force_locale(request.param):
        yield request.param


def either(language, chinese, english):
    return {"zh": chinese, "en": english}[language]


def test_days_and_moments_are_the_villages(language):
    assert words.day_text(MOMENT) == either(language, "2026年11月22日", "22 Nov 2026")
    assert words.day_text(date(2026, 1, 2)) == either(language, "2026年1月2日", "2 Jan 2026")
    assert words.short_day_text(MOMENT) == either(language, "11月22日", "22 Nov")
    assert words.moment_text(MOMENT).endswith(" 00:04")
    assert words.time_text(MOMENT) == "00:04"
    assert words.month_text(202611) == either(language, "2026年11月", "Nov 2026")


@pytest.mark.parametrize(
    ("points", "signed", "figure"),
    [(5, "+5", "5"), (-5, "−5", "−5"), (0, "0", "0"), (-1200, "−1,200", "−1,200")],
)
def test_points_have_a_real_minus_sign(points, signed, figure):
    assert (words.signed(points), words.figure(points)) == (signed, figure)


@pytest.mark.parametrize(("points", "colour"), [(5, "plus"), (-5, "minus"), (0, "muted")])
def test_what_is_gained_is_coloured(points, colour):
    assert words.gain(points) == Markup(f'<b class="num {colour}">{words.signed(points)}</b>')


@pytest.mark.parametrize(
    ("cents", "yuan"), [(0, "0"), (500, "5"), (550, "5.50"), (123_456, "1,234.56")]
)
def test_money_shows_cents_only_where_there_are_some(cents, yuan):
    assert words.yuan(cents) == yuan


def test_a_rules_points_and_cap_are_told(language):
    assert words.points_text(5, 5) == "+5"
    assert words.points_text(-10, -2) == either(language, "−10 至 −2", "−10 to −2")
    assert words.cap_text(4, "month") == either(
        language, "每月最多 4 次", "At most 4 times a month"
    )
    assert words.cap_text(None, None) == ""


def test_a_documents_own_name_stands_as_it_is(language):
    assert words.evidence_text("photo") == either(language, "照片", "Photo")
    assert words.evidence_text("派工单") == "派工单"


def test_a_refusal_and_what_it_names_are_in_one_language(language):
    told = words.translated(
        "第 %(row)s 行「%(column)s」", {"row": 3, "column": phrase("户主"), "day": date(2026, 1, 2)}
    )
    assert ("户主" in told) == (language == "zh")
    assert words.sentence(UnknownHousehold()) == either(
        language, str(UnknownHousehold.message), words.gettext(UnknownHousehold.message)
    )


def test_what_a_sentence_names_is_escaped(language):
    told = words.teller()("已添加「%(name)s」。", name="<b>大米</b>")
    assert "<b>" not in told
    assert "&lt;b&gt;大米" in told


def test_every_word_for_a_value_is_found(language):
    for what, names in words.NAMES.items():
        for value in names:
            assert words.name_of(what, value)
