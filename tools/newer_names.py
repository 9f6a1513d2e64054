"""Writes tests/house/newer_than_chromium_87.json from MDN's browser-compat-data: `newer_names.py DATA.json` (CC0)."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENGINE = 87
TARGET = Path(__file__).resolve().parent.parent / "tests/house/newer_than_chromium_87.json"
# What everybody takes for the language's own, whoever defines it.
OF_THE_LANGUAGE = ("Array", "Error", "Map", "Object", "Promise", "Set", "String", "TypedArray")
Node = dict[str, Any]


def since(feature: Node) -> float:
    """The version of Chromium on Android that brought a feature under its plain name; infinite if none did."""
    told = feature.get("__compat", {}).get("support", {}).get("chrome_android", [])
    versions = [
        float(re.sub(r"[^\d.]", "", str(one["version_added"])))
        for one in (told if isinstance(told, list) else [told])
        if re.search(r"\d", str(one.get("version_added"))) and not {"prefix", "alternative_name", "flags"} & one.keys()
    ]
    return min(versions, default=float("inf"))


def children(node: Node) -> Iterator[tuple[str, Node]]:
    """Features directly below one."""
    return ((name, below) for name, below in node.items() if name != "__compat" and isinstance(below, dict))


def kept(found: dict[str, list[float]]) -> dict[str, int]:
    """Names that no engine of that age knows in any meaning, with the version that brought them."""
    first = {name: min(versions) for name, versions in found.items()}
    return {name: int(v) for name, v in sorted(first.items()) if ENGINE < v < float("inf")}


def scripts(data: Node) -> dict[str, int]:
    """Globals (`X`), what is on them (`X.y`), methods of whatever object (`.y()`), events (`on y`)."""
    found: dict[str, list[float]] = defaultdict(list)
    builtins = data["javascript"]["builtins"]
    wholes = [*children(data["api"]), *children(builtins), *((f"Intl.{n}", b) for n, b in children(builtins["Intl"]))]
    for name, node in wholes:
        found[name].append(since(node))
        # Who has nothing of an interface has none of its members either.
        for member, below in children(node) if since(node) <= ENGINE else ():
            plain = re.sub(r"_(static|event)$", "", member)
            if member.endswith("_event"):
                found[f"on {plain}"].append(since(below))
            elif re.fullmatch(r"[a-z][a-zA-Z0-9]*", plain):
                alone = {f"{name}.{plain}"} if member != plain or name in builtins or "." in name else set()
                # Iterators have what lists always had: seen by `iterator.map()`.
                methods = {f".{plain}()"} if name != "Iterator" else set()
                for spelled in alone | methods | set(_spelled(name, plain)):
                    found[spelled].append(since(below))
    return kept(found)


def _spelled(name: str, member: str) -> Iterator[str]:
    if name in {"Window", "WindowOrWorkerGlobalScope", "ServiceWorkerGlobalScope"}:
        yield member
    if name in {"Document", "Navigator", "Performance", "Screen", "History", "Location", "Crypto", "Clipboard"}:
        yield f"{name.lower()}.{member}"
    if name == "Iterator":
        yield f"iterator.{member}()"


def styles(data: Node) -> dict[str, dict[str, int]]:
    """At-rules, selectors, properties, values of properties, functions."""
    css = data["css"]
    rules = {name: [since(node)] for name, node in children(css["at-rules"])}
    selectors = {name: [since(node)] for name, node in children(css["selectors"])}
    properties = {name: [since(node)] for name, node in children(css["properties"])}
    functions: dict[str, list[float]] = defaultdict(list)
    for name, node in children(css["types"]):
        functions[name].append(since(node))
        for below, deep in children(node):
            functions[below].append(since(deep))
    values = {
        f"{name}: {below}": [since(deep)]
        for name, node in children(css["properties"])
        for below, deep in children(node)
        # Of start and end the data tells no more than that flex boxes were late: the rule looks at those itself.
        if "_" not in below and since(node) <= ENGINE and below not in {"start", "end", "left", "right"}
    }
    named = {"at_rules": rules, "selectors": selectors, "properties": properties, "values": values}
    return {kind: kept(found) for kind, found in {**named, "functions": functions}.items()}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: newer_names.py DATA.json")
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    attributes = {name: [since(node)] for name, node in children(data["html"]["global_attributes"])}
    told: dict[str, Any] = {
        "source": f"MDN browser-compat-data {data['__meta']['version']}, CC0",
        "scripts": scripts(data),
    }
    told |= styles(data) | {"attributes": kept(attributes)}
    builtins = data["javascript"]["builtins"]
    members = {member for whole in OF_THE_LANGUAGE for member, _ in children(builtins[whole])}
    told["of_the_language"] = [name for name in told["scripts"] if name.strip(".()") in members]
    TARGET.write_text(json.dumps(told, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
