"""Everything the phone loads runs on Chromium 87: nothing has to be written differently for it, no name is too new."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.house.old_engines import faults_of_page, faults_of_script, faults_of_styles, lowered

if TYPE_CHECKING:
    from tests.support.client import ClientOf, SignedClient


@pytest.fixture
def database_kind() -> str:
    """Files are the same in front of either database."""
    return "sqlite"


@pytest.fixture
def stranger(client_of: ClientOf) -> SignedClient:
    """Someone who is not signed in: the files are for all."""
    return client_of(None)


def text_of(client: SignedClient, address: str) -> str:
    """What an address answers."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def kept_by_the_worker(client: SignedClient) -> list[str]:
    """Addresses of all files that the service worker brings to the phone."""
    listed = re.search(r"const FILES = (\[.*?\]);", text_of(client, "/sw.js"))
    assert listed
    addresses: list[str] = json.loads(listed[1])
    assert {"field.js", "field.css", "decode.js"} <= {address.rpartition("/")[2] for address in addresses}
    return addresses


def test_no_script_of_the_phone_needs_a_newer_engine(stranger: SignedClient) -> None:
    scripts = ["/sw.js", *(a for a in kept_by_the_worker(stranger) if a.endswith(".js"))]
    texts = {address: text_of(stranger, address) for address in scripts}
    assert len(texts) > 5
    faults = [f"{address}: {fault}" for address, text in texts.items() for fault in faults_of_script(text)]
    faults += [f"{address}: lowered {line}" for address, text in texts.items() for line in lowered(text, "js")]
    assert not faults, "\n".join(faults)


def test_no_style_of_the_phone_needs_a_newer_engine(stranger: SignedClient) -> None:
    for address in (a for a in kept_by_the_worker(stranger) if a.endswith(".css")):
        text = text_of(stranger, address)
        faults = faults_of_styles(text) + lowered(text, "css")
        assert not faults, "\n".join(faults)


def test_the_shell_of_the_phone_needs_no_newer_engine(stranger: SignedClient) -> None:
    assert faults_of_page(text_of(stranger, "/today/shell")) == []


@pytest.mark.parametrize(
    "script",
    [
        "list.at(-1)",
        "structuredClone(day)",
        'Object.hasOwn(day, "route")',
        "entries.findLast(late)",
        "const id = crypto.randomUUID()",
        "fetch(where, { signal: AbortSignal.timeout(5000) })",
        'throw new Error("nein", { cause: error })',
        "const { promise } = Promise.withResolvers()",
        "for (const name of map.keys().map(upper)) show(name)",
        'document.querySelector("li:has(b)")',
        "root.inert = true",
        'h("div", { inert: true })',
        "list.toSorted()",
        "navigation.navigate(where)",
        'el.addEventListener("scrollend", stop)',
        "pen.roundRect(0, 0, 9, 9)",
        "record?.(...parts)",
        "class Queue { #waiting = 0 }",
        "class Queue { static { start(); } }",
        "await start()",
        "if (#held in queue) go()",
        "const late = /a/v",
        "import day from './day.json' with { type: 'json' }",
    ],
)
def test_the_rule_sees_a_script_that_is_too_new(script: str) -> None:
    assert faults_of_script(script)


@pytest.mark.parametrize(
    "script",
    [
        "entry.at ??= now()",
        "crypto.randomUUID?.()",
        "day?.doors?.[code]?.tip ?? null",
        'text.replaceAll("a", "b")',
        "Object.values(doors).map(draw)",
        "root.replaceChildren(...parts)",
        'const isNew = typeof BarcodeDetector !== "undefined"',
        "const draw = () => 1; const board = { draw }; board.draw()",
        'import { h } from "../dom.js"; export const view = h("p")',
        "navigator.storage.persist().then(told)",
    ],
)
def test_the_rule_lets_through_what_the_old_engine_knows(script: str) -> None:
    assert faults_of_script(script) == []
    assert lowered(script, "js") == []


@pytest.mark.parametrize(
    ("text", "loader"),
    [("class Queue { #waiting = 0; static { start(); } }", "js"), (".a { .b { color: red } }", "css")],
)
def test_writing_for_the_old_engine_changes_what_is_too_new(text: str, loader: str) -> None:
    assert lowered(text, loader)


def test_what_cannot_be_written_for_the_old_engine_fails() -> None:
    with pytest.raises(AssertionError, match="Top-level await"):
        lowered("await start()", "js")


@pytest.mark.parametrize(
    "styles",
    [
        "a:is(b, c) { color: red }",
        "a:where(b) { color: red }",
        "a:has(b) { color: red }",
        "a:not(b, c) { color: red }",
        "a { aspect-ratio: 1 }",
        "a { accent-color: red }",
        "a { height: 100dvh }",
        "a { height: 50svh; height: 100dvh }",
        "a { width: 50cqw }",
        "a { overflow: clip }",
        "a { color: color-mix(in srgb, red, blue) }",
        "a { color: oklch(1 1 1) }",
        "a { inset: 0; scale: 2 }",
        "a { translate: 1px }",
        "a { text-wrap: balance }",
        "a { display: flex; align-items: start }",
        "a { b { color: red } }",
        "a { @media print { color: red } }",
        "@layer base { a { color: red } }",
        "@container (min-width: 1px) { a { color: red } }",
        "@media (width >= 400px) { a { color: red } }",
        "@media print { a:has(b) { color: red } }",
    ],
)
def test_the_rule_sees_styles_that_are_too_new(styles: str) -> None:
    assert faults_of_styles(styles)


@pytest.mark.parametrize(
    "styles",
    [
        "a { height: 100vh; height: 100dvh }",
        "a { inset: 0; gap: 4px; width: min(100%, 4px) }",
        "a:focus-visible { outline: 0 }",
        "a:not(.b) { color: rgb(0 0 0 / 50%) }",
        "a { overflow: hidden; overflow: clip }",
        "@media (min-width: 400px) and (prefers-color-scheme: dark) { a { color: red } }",
        "@supports (aspect-ratio: 1) { a { aspect-ratio: 1 } }",
        "@keyframes slide { from { transform: scale(1) } to { transform: translateX(1px) } }",
        'a::before { content: "100dvh :has(" }',
        "a { background: linear-gradient(red, blue); display: grid; align-items: start }",
    ],
)
def test_the_rule_lets_through_styles_that_the_old_engine_knows(styles: str) -> None:
    assert faults_of_styles(styles) == []
    assert lowered(styles, "css") == []


@pytest.mark.parametrize(
    "page",
    [
        "<div inert></div>",
        "<div popover></div>",
        '<p style="aspect-ratio: 1"></p>',
        "<search></search>",
        "<script>list.at(-1)</script>",
        '<script type="importmap">{}</script>',
    ],
)
def test_the_rule_sees_a_page_that_is_too_new(page: str) -> None:
    assert faults_of_page(page)
    assert faults_of_page("<main><dialog></dialog><script>day?.at</script></main>") == []
