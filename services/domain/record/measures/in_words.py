"""A series in words: what a chart shows, for those who do not see it."""

from services.domain.record.measures.change import Change, Direction, change
from services.domain.record.measures.series import Point, Series

EACH_TOLD = 8
"""The most scores that are told one by one."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_words(series: Series) -> str:
    """The scores, the scale, what became of them, and what is not shown."""
    said = [_scores(series), _scale(series), _became(change(series)), _outside(len(series.outside))]
    return " ".join(sentence for sentence in said if sentence)


def day(told_at: str, letters: int | None = None) -> str:
    """The day, month or year of a FHIR date or dateTime, the month's name cut to `letters`: '6 March 2026'."""
    year, *rest = told_at[:10].split("-")
    month = [_MONTHS[int(rest[0]) - 1][:letters]] if rest else []
    return " ".join([*(str(int(one)) for one in rest[1:]), *month, year])


def number(value: float) -> str:
    """A score as it is written: '18', '21.54'."""
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def _scores(series: Series) -> str:
    points = series.points
    unit = f" {series.unit}" if series.unit else ""
    if not points:
        return "No score to show."
    if len(points) == 1:
        when = "on" if points[0].told_at[7:] else "in"
        return f"One score: {number(points[0].value)}{unit} {when} {day(points[0].told_at)}."
    scores = f"The latest {len(points)} scores," if series.cut else f"{len(points)} scores"
    first, last = day(points[0].told_at), day(points[-1].told_at)
    period = f"{scores} of {first}" if first == last else f"{scores} from {first} to {last}"
    values = [one.value for one in points]
    if len(points) <= EACH_TOLD:
        return f"{period}: {', '.join(number(value) for value in values)}{unit}."
    low, high = number(min(values)), number(max(values))
    return (
        f"{period}: first {number(values[0])}, last {number(values[-1])}, lowest {low}, highest {high}{unit}."
    )


def _scale(series: Series) -> str:
    if series.instrument is None:
        return ""
    better = "higher" if series.instrument.higher_is_better else "lower"
    return f"The scale runs from {series.instrument.low} to {series.instrument.high}; {better} is better."


def _became(found: Change | None) -> str:
    """Nothing where two systems tell of one day: that may be one score, written down in two ways."""
    if found is None or found.direction is None or _may_be_one(found.first, found.last):
        return ""
    if found.direction is Direction.SAME:
        return "The last score is the same as the first."
    sure = {True: ": a reliable change", False: ": not enough to be a reliable change", None: ""}[
        found.reliable
    ]
    points = number(abs(found.difference)) + (" point" if abs(found.difference) == 1 else " points")
    return f"The last score is {points} {found.direction} than the first{sure}."


def _may_be_one(first: Point, last: Point) -> bool:
    return first.told_at[:10] == last.told_at[:10] and first.sender != last.sender


def _outside(left_out: int) -> str:
    if not left_out:
        return ""
    if left_out == 1:
        return "One score is left out: it is not on the scale."
    return f"{left_out} scores are left out: they are not on the scale."
