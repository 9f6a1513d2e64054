"""An effect drawn: the days with a report before and after, beside comparable places, and how sure the change is."""

from datetime import date
from html import escape
from math import log2

from markupsafe import Markup

from mapsvc.domain.effects import LEAST_DAYS_AFTER, Measured, effect_span_words, span_words
from mapsvc.operations.place_effects import PlaceEffect

STYLE = "app/hotspots/effect.css"
"""What a page that shows one links, below /static."""
_STRIP_H, _AXIS_H = 64, 88
_AXIS_Y = 41
_REACH = 3.0
# What the rate was multiplied by, as powers of two, and how that is said.
_AXIS = ((-2, "剩四分之一"), (-1, "少一半"), (0, "没变化"), (1, "多一倍"), (2, "是四倍"))


def effect_chart(effect: PlaceEffect) -> Markup:
    """Draw an effect as a <figure>; the sentence that says it stands before it on the page.

    Returns
    -------
    Markup
        Escaped; two SVGs as wide as their place, and the numbers of the comparable places as words.
    """
    m = effect.measured
    parts = [_strip(effect), f'<p class="effect-others second">{escape(_others(m))}</p>']
    if m.is_enough and m.days_after >= LEAST_DAYS_AFTER:
        parts.append(_interval(m))
    return Markup(f'<figure class="effect-chart">{"".join(parts)}</figure>')


def _strip(effect: PlaceEffect) -> str:
    """One stroke per day with a report, along the days of both windows."""
    m = effect.measured
    turn = _at(effect, effect.turn.day)
    told = f"之前{span_words(m.days_before)}{m.before}天有人报，之后{span_words(m.days_after)}{m.after}天"
    parts = [f"<title>{escape(told)}</title>"]
    for days, kind in ((effect.before, "before"), (effect.after, "after")):
        for one in days:
            x = _at(effect, one.day)
            said = f"{one.day.month}月{one.day.day}日"
            parts.append(f'<g><title>{said}</title><line class="day {kind}" {_upright(x, 26, 50)}/></g>')
    parts.append('<line class="axis" x1="0%" x2="100%" y1="50" y2="50" stroke="currentColor"/>')
    parts.append(f'<line class="turn" {_upright(turn, 4, 56)}/>')
    parts.append(_words(max(turn - 1.2, 0), 15, f"之前{span_words(m.days_before)} {m.before}天", "end", "n"))
    after = f"之后{span_words(m.days_after)} {m.after}天"
    parts.append(_words(turn + 1.2, 15, after, "start", "n") if turn < _ROOMY else _words(100, 15, after, "end", "n"))
    parts.append(_words(0, 62, _day(effect.before_from), "start", "when"))
    parts.append(_words(100, 62, _day(effect.after_until), "end", "when"))
    return _svg(parts, _STRIP_H, told)


# Beyond this share of the width the words of the window after would run out.
_ROOMY = 70.0


def _at(effect: PlaceEffect, day: date) -> float:
    """Where a day lies, in per cent."""
    whole = (effect.after_until - effect.before_from).days + 1
    return ((day - effect.before_from).days + 0.5) / whole * 100


def _others(m: Measured) -> str:
    if not m.is_compared:
        return f"同类、原来差不多一样多的地方只有{m.n}处，不够比，按平常的起伏估计。"
    before, after = m.others_before / m.n, m.others_after / m.n
    return f"同一时段，别处同类地方（{m.n}处）平均：之前{_few(before)}天，之后{_few(after)}天。"


def _few(days: float) -> str:
    return f"{days:.1f}".removesuffix(".0")


def _interval(m: Measured) -> str:
    """How much of what was usual is left, with the interval; the line in the middle is no change."""
    kind = "less" if m.is_less else "more" if m.is_more else "unsure"
    told = effect_span_words(m)
    parts = [f"<title>{escape(told)}</title>"]
    for power, words in _AXIS:
        x = _along(float(power))
        parts.append(f'<line class="{"none" if power == 0 else "grid"}" {_upright(x, 22, 58)}/>')
        parts.append(_words(x, 74, words, "middle", "when"))
    parts.append(_words(0, 12, "除去别处也有的变化，这里", "start", "when"))
    low, high = _power(m.low), _power(m.high)
    parts.append(
        f'<line class="span {kind}" x1="{_along(low):.2f}%" x2="{_along(high):.2f}%" y1="{_AXIS_Y}" y2="{_AXIS_Y}" '
        'stroke="currentColor"/>'
    )
    for end, beyond in ((low, m.low < 2**-_REACH), (high, m.high > 2**_REACH)):
        if not beyond:
            parts.append(f'<line class="end {kind}" {_upright(_along(end), _AXIS_Y - 6, _AXIS_Y + 6)}/>')
    # Beyond the ends of the axis it stands at the end.
    middle = f'cx="{min(max(_along(_power(m.ratio)), 1.5), 98.5):.2f}%" cy="{_AXIS_Y}" r="5.5"'
    parts.append(f'<circle class="middle {kind}" {middle} fill="currentColor"/>')
    said = f'<p class="effect-span third">{escape(told)}</p>'
    return _svg(parts, _AXIS_H, told) + said


def _power(ratio: float) -> float:
    return -_REACH if ratio <= 0 else max(-_REACH, min(_REACH, log2(ratio)))


def _along(power: float) -> float:
    return (power + _REACH) / (2 * _REACH) * 100


def _upright(x: float, y1: float, y2: float) -> str:
    return f'x1="{x:.2f}%" x2="{x:.2f}%" y1="{y1:g}" y2="{y2:g}" stroke="currentColor"'


def _words(x: float, y: float, text: str, anchor: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.2f}%" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(parts: list[str], height: int, told: str) -> str:
    return (
        f'<svg class="effect" role="img" width="100%" height="{height}" font-size="12" '
        f'aria-label="{escape(told)}">{"".join(parts)}</svg>'
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
