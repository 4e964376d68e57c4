"""The chart of a series: in words as well as lines, the same text each time, and safe whatever a sender wrote."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.measures.chart import HEIGHT, WIDTH, chart
from services.domain.record.measures.in_words import day, in_words
from services.domain.record.measures.series import Series, all_series
from tests.unit.words_told import word

SVG = "{http://www.w3.org/2000/svg}"


def _series(
    name: str, *scores: tuple[str, float], unit: str = "", senders: tuple[str, ...] = ("ZZT41",)
) -> Series:
    words = [
        word(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"text": name},
                "effectiveDateTime": on,
                "valueQuantity": {"value": value} | ({"unit": unit} if unit else {}),
            },
            number,
            sender=senders[number % len(senders)],
        )
        for number, (on, value) in enumerate(scores)
    ]
    (found,) = all_series(words)
    return found


def _monthly(name: str, *values: float) -> Series:
    return _series(
        name,
        *((f"{2020 + place // 12}-{place % 12 + 1:02d}-05", value) for place, value in enumerate(values)),
    )


def _drawn(series: Series) -> ET.Element:
    return ET.fromstring(chart(series))


def _texts(series: Series) -> list[str]:
    return [one.text or "" for one in _drawn(series).iter(f"{SVG}text")]


WORDS: dict[str, tuple[Series, str]] = {
    "several scores are told one by one": (
        _series("PHQ-9", ("2026-03-06T10:30:00Z", 18), ("2026-05", 13), ("2026-06-18", 6)),
        "3 scores from 6 March 2026 to 18 June 2026: 18, 13, 6. The scale runs from 0 to 27; lower is better. "
        "The last score is 12 points better than the first: a reliable change.",
    ),
    "one score has its day, or its year": (
        _series("ReQoL-10", ("2026", 31)),
        "One score: 31 in 2026. The scale runs from 0 to 40; higher is better.",
    ),
    "a change may be too small to tell": (
        _series("GAD-7", ("2026-01-01", 12), ("2026-02-01", 13)),
        "2 scores from 1 January 2026 to 1 February 2026: 12, 13. The scale runs from 0 to 21; lower is better. "
        "The last score is 1 point worse than the first: not enough to be a reliable change.",
    ),
    "a change of a measure without a published reliable change": (
        _series("WSAS", ("2026-01-01", 12), ("2026-02-01", 10)),
        "2 scores from 1 January 2026 to 1 February 2026: 12, 10. The scale runs from 0 to 40; lower is better. "
        "The last score is 2 points better than the first.",
    ),
    "no change is no change": (
        _series("PHQ-9", ("2026-01-01", 12), ("2026-02-01", 12)),
        "2 scores from 1 January 2026 to 1 February 2026: 12, 12. The scale runs from 0 to 27; lower is better. "
        "The last score is the same as the first.",
    ),
    "many scores are told in short": (
        _monthly("Steps", 5, 4, 9, 3, 6, 7, 8, 6.5, 6),
        "9 scores from 5 January 2020 to 5 September 2020: first 5, last 6, lowest 3, highest 9.",
    ),
    "of one day": (
        _series("WSAS", ("2026-01-01T09:00:00Z", 12), ("2026-01-01T11:00:00Z", 10)),
        "2 scores of 1 January 2026: 12, 10. The scale runs from 0 to 40; lower is better. "
        "The last score is 2 points better than the first.",
    ),
    "what two systems tell of one day is not compared: it may be one score": (
        _series(
            "WSAS", ("2026-01-01T09:00:00Z", 12), ("2026-01-01T11:00:00Z", 10), senders=("ZZT41", "ZZV58")
        ),
        "2 scores of 1 January 2026: 12, 10. The scale runs from 0 to 40; lower is better.",
    ),
    "a unit is told": (
        _series("Weight", ("2026-01-01", 72.5), ("2026-02-01", 70), unit="kg"),
        "2 scores from 1 January 2026 to 1 February 2026: 72.5, 70 kg.",
    ),
    "what is off the scale is told": (
        _series("PHQ-9", ("2026-01-01", 12), ("2026-02-01", 28)),
        "One score: 12 on 1 January 2026. The scale runs from 0 to 27; lower is better. "
        "One score is left out: it is not on the scale.",
    ),
    "nothing on the scale": (
        _series("PHQ-9", ("2026-01-01", -1), ("2026-02-01", 28)),
        "No score to show. The scale runs from 0 to 27; lower is better. "
        "2 scores are left out: they are not on the scale.",
    ),
}


@pytest.mark.parametrize(("series", "expected"), WORDS.values(), ids=WORDS.keys())
def test_a_series_in_words(series: Series, expected: str) -> None:
    assert in_words(series) == expected


@pytest.mark.parametrize(
    ("told_at", "expected"),
    [("2026-03-06T10:30:00+01:00", "6 Mar 2026"), ("2026-03", "Mar 2026"), ("2026", "2026")],
    ids=["an instant has its day", "a month", "a year"],
)
def test_days(told_at: str, expected: str) -> None:
    assert day(told_at, 3) == expected


def test_a_chart_is_an_image_with_a_name_and_a_description() -> None:
    series = WORDS["several scores are told one by one"][0]
    svg = _drawn(series)
    title, words = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert (svg.get("role"), title.text, words.text) == ("img", "PHQ-9", in_words(series))
    assert (svg.get("aria-labelledby"), svg.get("aria-describedby")) == (title.get("id"), words.get("id"))


def test_it_has_its_scale_its_days_and_its_scores() -> None:
    series = WORDS["several scores are told one by one"][0]
    assert _texts(series) == [
        "PHQ-9",
        "lower is better",
        "27",
        "0",
        "6 Mar 2026",
        "18 Jun 2026",
        "18",
        "13",
        "6",
    ]


def test_a_better_score_of_a_measure_where_lower_is_better_lies_lower() -> None:
    dots = [float(one.get("cy", "")) for one in _drawn(_monthly("PHQ-9", 27, 13.5, 0)).iter(f"{SVG}circle")]
    assert dots == sorted(dots)
    assert dots[1] == pytest.approx((dots[0] + dots[2]) / 2, abs=0.1)


def test_dots_lie_apart_as_the_days_do() -> None:
    series = _series("PHQ-9", ("2026-01-01", 9), ("2026-01-11", 9), ("2026-01-31", 9))
    first, second, third = (float(one.get("cx", "")) for one in _drawn(series).iter(f"{SVG}circle"))
    assert (third - first) / (second - first) == pytest.approx(3, abs=0.01)


def test_only_the_ends_of_many_scores_are_written_out() -> None:
    assert _texts(_monthly("Steps", 5, 4, 9, 3, 6, 7, 8, 6.5, 1))[-2:] == ["5", "1"]
    assert len([*_drawn(_monthly("Steps", *range(40))).iter(f"{SVG}circle")]) == 40


def test_scores_that_would_lie_on_each_other_give_way_to_the_last() -> None:
    series = _series("PHQ-9", ("2026-01-01", 9), ("2026-06-29", 8), ("2026-06-30", 7))
    assert _texts(series)[-2:] == ["9", "7"]


def test_what_cannot_be_drawn_is_not() -> None:
    assert chart(WORDS["nothing on the scale"][0]) == ""


def test_two_charts_of_one_page_have_names_of_their_own() -> None:
    made = [chart(_monthly("PHQ-9", 9)), chart(_monthly("GAD-7", 9))]
    ids = [found for one in made for found in re.findall(r' id="([^"]+)"', one)]
    assert len({*ids}) == 4


def test_the_same_series_gives_the_same_text() -> None:
    assert chart(_monthly("PHQ-9", 18, 6)) == chart(_monthly("PHQ-9", 18, 6))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=12),
)
def test_whatever_a_sender_wrote_is_text_within_the_picture(
    name: str, unit: str, values: list[float]
) -> None:
    words = [
        word(
            {
                "resourceType": "Observation",
                "code": {"text": name},
                "valueQuantity": {"value": value, "unit": unit},
            },
            number,
        )
        for number, value in enumerate(values)
    ]
    for series in all_series(words):
        text = chart(series)
        if not text:
            continue
        svg = ET.fromstring(text)
        assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= {
            "svg",
            "title",
            "desc",
            "text",
            "path",
            "circle",
        }
        assert not re.search(r"\b(style|on\w+|href)=|nan|inf\b", re.sub(r">[^<]*<", "><", text))
        for dot in svg.iter(f"{SVG}circle"):
            assert 0 <= float(dot.get("cx", "")) <= WIDTH
            assert 0 <= float(dot.get("cy", "")) <= HEIGHT
