"""The modules of the page in few files: all of them, each once, in an order that works; odd ones are refused."""

import re
import subprocess
from pathlib import Path

import pytest

from mapsvc.paths import shipped
from mapsvc.web.bundle import NotBundled, bundle
from tests.support.client import SignedClient

APP = shipped("static") / "app"


def write(root: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (root / f"{name}.js").write_text(source, encoding="utf-8")
    return root


def run(parts: dict[str, str], folder: Path) -> str:
    """What Node prints when it runs the first part."""
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name, source in parts.items():
        (folder / name).write_text(source, encoding="utf-8")
    done = subprocess.run(["node", "main.js"], cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_modules_see_what_they_import_and_nothing_else(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        main='import { one, two as second } from "./a.js";\nimport * as b from "./b.js";\n'
        "const own = 5;\nconsole.log(one(), second, b.three, own);\nawait null;\n"
        'const { late } = await import("./late.js");\nconsole.log(late());\n',
        a='import {\n  three,\n} from "./b.js";\nconst own = 1;\nexport function one() {\n  return own;\n}\n'
        "export const two = three - 1;\n",
        b="// export nothing here\nexport const three = 3;\n",
        late='import { one } from "./a.js";\nexport const late = () => one() + 6;\n',
    )
    parts = bundle(root, "main.js")
    (tmp_path / "out").mkdir()
    assert run(parts, tmp_path / "out") == "1 2 3 5\n7\n"
    assert "three = 3" not in parts["late.js"]


def test_what_two_later_parts_share_is_there_for_either(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        main='if (globalThis.process) import("./right.js").then(({ right }) => console.log(right));\n'
        'export const left = () => import("./left.js");\n',
        left='import { shared } from "./shared.js";\nexport const left = shared + 1;\n',
        right='import { shared } from "./shared.js";\nexport const right = shared + 2;\n',
        shared='import { base } from "./base.js";\nexport const shared = base * 10;\n',
        base="export const base = 4;\n",
    )
    parts = bundle(root, "main.js")
    (tmp_path / "out").mkdir()
    assert run(parts, tmp_path / "out") == "42\n"
    assert "\n".join(parts.values()).count("base = 4") == 1


@pytest.mark.parametrize(
    "source",
    [
        'import a from "./a.js";\n',
        "export default 1;\n",
        'export * from "./a.js";\n',
        "export let a = 1;\n",
        'import { a } from "./missing.js";\n',
        'import { a } from "../outside.js";\n',
        'import { a } from "./main.js";\n',
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, source: str) -> None:
    write(tmp_path, main=source, a="export const a = 1;\n")
    with pytest.raises(NotBundled):
        bundle(tmp_path, "main.js")


def test_the_pages_own_modules_are_all_bundled_once() -> None:
    parts = bundle(APP, "main.js")
    whole = "\n".join(parts.values())
    named = re.findall(r'^M\["([^"]+)"\] = ', whole, re.MULTILINE)
    assert len(named) == len(set(named))
    used = set(re.findall(r'M\["([^"]+)"\];', whole))
    assert used <= set(named)
    assert not re.search(r"^(import|export)\b", whole, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(bundle(APP, "main.js")))
def test_a_part_is_a_module_that_parses(name: str, tmp_path: Path) -> None:
    file = tmp_path / "part.mjs"
    file.write_text(bundle(APP, "main.js")[name], encoding="utf-8")
    done = subprocess.run(["node", "--check", str(file)], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_asks_for_the_parts_and_may_keep_them_for_good(client: SignedClient) -> None:
    page = client.get("/").text
    for kind, mimetype in (("js", "text/javascript"), ("css", "text/css")):
        address = re.search(rf'"(/static/v-[0-9a-f]+/packed/[a-z]+\.{kind})"', page)
        assert address
        answer = client.get(address[1])
        assert answer.status_code == 200
        assert answer.mimetype == mimetype
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/v-000000000000/packed/main.js").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/static/v-000000000000/packed/other.js").status_code == 404
