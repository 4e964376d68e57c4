"""A small chart of a series as inline SVG: it needs no script and no style sheet, and is told in words too."""

import hashlib
from html import escape
from typing import NamedTuple

from services.domain.record.measures.in_words import EACH_TOLD, day, in_words, number
from services.domain.record.measures.series import Series

WIDTH, HEIGHT = 288, 188
"""In CSS pixels: what a page of 320 leaves between its margins, so that no letter is made smaller."""

_RIGHT, _TOP, _BOTTOM = 272, 44, 152
_FIGURE = 7
"""The room one figure takes at most."""
_APART = 18
"""The least distance between two scores that are both written out."""
_NAME = 24
"""The most letters of a name that find room beside which way is better."""


class _Scale(NamedTuple):
    left: float
    """Where the lines begin, with room beside them for what the ends of the scale are."""
    low: float
    high: float


class _Dot(NamedTuple):
    x: float
    y: float
    words: str


def chart(series: Series) -> str:
    """The chart; empty where there is no score to show. The same series gives the same text.

    It is drawn in the colour of the text around it, so it is read on light and dark pages alike. All that comes
    from a sender is escaped.
    """
    if not series.points:
        return ""
    scale = _scale(series)
    dots = _dots(series, scale)
    name = hashlib.sha256("|".join([series.key, *(one.entry_key.hex() for one in series.points)]).encode())
    own = f"chart-{name.hexdigest()[:12]}"
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}"'
            f' width="{WIDTH}" height="{HEIGHT}" font-size="12" fill="currentColor"'
            f' aria-labelledby="{own}-title" aria-describedby="{own}-words">',
            f'<title id="{own}-title">{_safe(series.name)}</title>',
            f'<desc id="{own}-words">{_safe(in_words(series))}</desc>',
            *_heading(series),
            *_lines(scale),
            *_days(series, scale),
            _path(dots),
            *(f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="3.5"/>' for dot in dots),
            *_labels(dots),
            "</svg>",
        ]
    )


def _scale(series: Series) -> _Scale:
    """The instrument's own scale, else what the scores take up."""
    values = [one.value for one in series.points]
    low, high = min(values), max(values)
    if series.instrument:
        low, high = series.instrument.low, series.instrument.high
    elif low == high:
        low, high = low - 1, high + 1
    letters = max(len(number(low)), len(number(high)))
    return _Scale(max(32, 12 + _FIGURE * letters), low, high)


def _dots(series: Series, scale: _Scale) -> list[_Dot]:
    first, last = series.points[0].at, series.points[-1].at
    left, width = scale.left + 12, _RIGHT - scale.left - 24
    return [
        _Dot(
            left + width * ((one.at - first) / (last - first) if last > first else 0.5),
            _BOTTOM - (_BOTTOM - _TOP) * (one.value - scale.low) / (scale.high - scale.low),
            number(one.value),
        )
        for one in series.points
    ]


def _heading(series: Series) -> list[str]:
    name = series.name if len(series.name) <= _NAME else f"{series.name[: _NAME - 1].rstrip()}…"
    heading = [f'<text x="0" y="14" font-weight="600">{_safe(name)}</text>']
    if series.instrument:
        better = "higher is better" if series.instrument.higher_is_better else "lower is better"
        heading.append(_text(WIDTH, 14, better, "end"))
    elif series.unit:
        heading.append(_text(WIDTH, 14, series.unit[:_NAME], "end"))
    return heading


def _lines(scale: _Scale) -> list[str]:
    left = scale.left
    return [
        *(
            f'<path d="M{left:.1f} {y:.1f}H{_RIGHT}" stroke="currentColor" stroke-opacity="0.3" fill="none"/>'
            for y in (_TOP, (_TOP + _BOTTOM) / 2, _BOTTOM)
        ),
        _text(left - 6, _TOP + 4, number(scale.high), "end"),
        _text(left - 6, _BOTTOM + 4, number(scale.low), "end"),
    ]


def _days(series: Series, scale: _Scale) -> list[str]:
    first, last = (day(one.told_at, 3) for one in (series.points[0], series.points[-1]))
    if first == last:
        return [_text((scale.left + _RIGHT) / 2, HEIGHT - 6, first, "middle")]
    return [_text(scale.left, HEIGHT - 6, first, "start"), _text(_RIGHT, HEIGHT - 6, last, "end")]


def _path(dots: list[_Dot]) -> str:
    line = "L".join(f"{dot.x:.1f} {dot.y:.1f}" for dot in dots)
    return f'<path d="M{line}" stroke="currentColor" stroke-width="2" stroke-linejoin="round" fill="none"/>'


def _labels(dots: list[_Dot]) -> list[str]:
    """The scores beside their dots: all where there is room, and always the last."""
    told = range(len(dots)) if len(dots) <= EACH_TOLD else (0, len(dots) - 1)
    kept: list[int] = []
    for place in reversed(told):
        if not kept or dots[kept[-1]].x - dots[place].x >= _APART:
            kept.append(place)
    return [_label(dots, place) for place in sorted(kept)]


def _label(dots: list[_Dot], place: int) -> str:
    """One score, on the side of its dot where the line does not run: below where it only rises from the dot."""
    dot = dots[place]
    before = dot.y - dots[place - 1].y if place else 0.0
    after = dot.y - dots[place + 1].y if place + 1 < len(dots) else 0.0
    if after > 0 and before >= 0:
        return _text(dot.x, dot.y + 17, dot.words, "middle")
    aside = 6 * ((before > 0 >= after) - (before < 0 <= after))
    return _text(dot.x + aside, dot.y - 9, dot.words, "middle")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_safe(words)}</text>'


def _safe(text: str) -> str:
    """Text that neither HTML nor XML reads as anything else."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return escape(text)
