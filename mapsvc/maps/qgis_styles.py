"""QGIS styles (QML) of the published copy's layers, from the colours of the manifests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

Properties = Mapping[str, object]


@dataclass(frozen=True)
class Look:
    """One sign: `kind` is QGIS's type of symbol, `layer` its class of symbol layer."""

    kind: str
    layer: str
    properties: Properties


@dataclass(frozen=True)
class Category:
    """A value of the attribute, what the legend says, and its sign."""

    value: str
    label: str
    look: Look


def marker(color: str, shape: str = "circle", size_mm: float = 2.4, edge: str = "#ffffff") -> Look:
    """A filled mark."""
    told = {"color": rgba(color), "name": shape, "size": size_mm, "outline_color": rgba(edge), "outline_width": 0.3}
    return Look("marker", "SimpleMarker", told)


def line(color: str, width_mm: float = 0.6, dash: str = "solid") -> Look:
    """A line."""
    return Look("line", "SimpleLine", {"line_color": rgba(color), "line_width": width_mm, "line_style": dash})


def area(fill: str, edge: str, opacity: float = 1.0, dash: str = "solid") -> Look:
    """A polygon."""
    told = {"color": rgba(fill, opacity), "outline_color": rgba(edge), "outline_width": 0.4, "outline_style": dash}
    return Look("fill", "SimpleFill", told | {"style": "solid" if opacity > 0 else "no"})


def rgba(color: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes it: ``r,g,b,a``."""
    channels = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(map(str, [*channels, round(255 * opacity)]))


def single(look: Look, label: str | None = None) -> str:
    """QML with one sign for all; `label` is the field written beside it."""
    root, renderer = _document("singleSymbol", label)
    _symbols(renderer, [look])
    return _text(root)


def by_value(attribute: str, categories: Sequence[Category], other: Look, label: str | None = None) -> str:
    """QML with a sign per value of `attribute`, and one for all other values."""
    root, renderer = _document("categorizedSymbol", label)
    renderer.set("attr", attribute)
    told = SubElement(renderer, "categories")
    for n, category in enumerate([*categories, Category("", "其他", other)]):
        SubElement(told, "category", symbol=str(n), value=category.value, label=category.label, render="true")
    _symbols(renderer, [*(c.look for c in categories), other])
    return _text(root)


def _document(renderer_type: str, label: str | None) -> tuple[Element, Element]:
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1" if label else "0")
    renderer = SubElement(root, "renderer-v2", type=renderer_type, enableorderby="0", forceraster="0", symbollevels="0")
    if label:
        labeling = SubElement(root, "labeling", type="simple")
        settings = SubElement(labeling, "settings", calloutType="simple")
        SubElement(settings, "text-style", fieldName=label, fontSize="8", textColor="79,75,68,255", isExpression="0")
        SubElement(settings, "rendering", scaleVisibility="1", scaleMin="5000", scaleMax="1")
    return root, renderer


def _symbols(renderer: Element, looks: Sequence[Look]) -> None:
    symbols = SubElement(renderer, "symbols")
    for n, look in enumerate(looks):
        symbol = SubElement(symbols, "symbol", type=look.kind, name=str(n), alpha="1", clip_to_extent="1")
        layer = SubElement(symbol, "layer", {"class": look.layer, "enabled": "1", "locked": "0", "pass": "0"})
        for key, value in look.properties.items():
            SubElement(layer, "prop", k=key, v=str(value))


def _text(root: Element) -> str:
    return "<!DOCTYPE qgis>\n" + tostring(root, encoding="unicode")
