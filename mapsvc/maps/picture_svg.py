"""A picture as SVG: text, sharp on any paper and readable aloud."""

from xml.etree import ElementTree as Xml

from mapsvc.maps.picture_parts import MIDDLE_EM, Area, Box, Disc, Line, Part, Points, Words

FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
_HALO = 3.5


def to_svg(parts: tuple[Part, ...], width: float, height: float, alt: str, shown: str = "") -> str:
    """Write an <svg> element; every text in it is escaped. `shown`: a further class, such as by-day."""
    svg = Xml.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}",
        "height": f"{height:g}", "role": "img", "aria-label": alt, "font-family": FONT,
        "class": f"street-picture {shown}".strip(),
    })  # fmt: skip
    for part in parts:
        _add(svg, part)
    return Xml.tostring(svg, encoding="unicode")


def _add(svg: Xml.Element, part: Part) -> None:
    if isinstance(part, Area):
        Xml.SubElement(svg, "polygon", {"points": _text(part.points), **_paint(part), "stroke-linejoin": "round"})
    elif isinstance(part, Line):
        round_ = {} if part.dash else {"stroke-linecap": "round"}
        paint = _paint(part) | {"fill": "none"}
        Xml.SubElement(svg, "polyline", {"points": _text(part.points), **paint, **round_, "stroke-linejoin": "round"})
    elif isinstance(part, Disc):
        at = {"cx": _n(part.at[0]), "cy": _n(part.at[1]), "r": _n(part.radius)}
        Xml.SubElement(svg, "circle", {**at, **_paint(part)})
    elif isinstance(part, Box):
        at = {"x": _n(part.at[0]), "y": _n(part.at[1]), "width": _n(part.wide), "height": _n(part.high)}
        Xml.SubElement(svg, "rect", {**at, "rx": _n(part.radius), **_paint(part)})
    else:
        _add_words(svg, part)


def _add_words(svg: Xml.Element, words: Words) -> None:
    x, y = words.at
    given = {"text-anchor": "middle", "font-size": _n(words.size), "fill": words.fill, "dy": _n(words.size * MIDDLE_EM)}
    if words.bold:
        given["font-weight"] = "700"
    if words.halo:
        given |= {"stroke": words.halo, "stroke-width": _n(_HALO), "paint-order": "stroke", "stroke-linejoin": "round"}
    if words.turn:
        given["transform"] = f"translate({_n(x)} {_n(y)}) rotate({_n(words.turn)})"
    else:
        given |= {"x": _n(x), "y": _n(y)}
    Xml.SubElement(svg, "text", given).text = words.text


def _paint(part: Area | Line | Disc | Box) -> dict[str, str]:
    fill = getattr(part, "fill", None)
    paint = {"fill": fill or "none"}
    if part.stroke:
        paint |= {"stroke": part.stroke, "stroke-width": _n(part.width)}
    if (opacity := getattr(part, "opacity", 1.0)) < 1:
        paint["fill-opacity"] = f"{opacity:g}"
    if dash := getattr(part, "dash", ()):
        paint["stroke-dasharray"] = " ".join(_n(d) for d in dash)
    return paint


def _text(points: Points) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
