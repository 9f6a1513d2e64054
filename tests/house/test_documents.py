"""What the documents promise stands in the code, and the other way round."""

import re

from mapsvc.config import SETTINGS
from tests.house.sources import ROOT
from tests.support.budget import BUDGET_S
from tools.workbook_doc import page

LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_setting_is_documented_with_its_default_and_what_it_does() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `MAPSVC_([A-Z_]+)` \| (.*?) \| (.*) \|$", text, re.M)
    assert rows == [(s.name.upper(), f"`{s.default}`" if s.default else "", s.help) for s in SETTINGS]


def test_the_budgets_of_the_tests_are_the_documented_ones() -> None:
    text = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    rows = {kind: int(budget) for kind, budget in re.findall(r"^\| (\w+) \|.*\| (\d+) s \|$", text, re.M)}
    assert rows == BUDGET_S


def test_the_form_of_the_workbook_is_the_one_the_program_reads() -> None:
    text = (ROOT / "docs/workbook.zh.md").read_text(encoding="utf-8")
    assert text == page(), "write it anew: python tools/workbook_doc.py"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.name} -> {target}"
        for document in documents
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not broken


def test_the_read_me_begins_with_what_a_bare_debian_lacks() -> None:
    for name in ("README.md", "README.zh.md"):
        first = (ROOT / name).read_text(encoding="utf-8").splitlines()[0]
        assert all(part in first for part in ("apt-get install", "python3-venv", "make", "git"))


GUIDES = ("docs/guide-users.zh.md", "docs/guide-clerk.zh.md")
QUOTED = re.compile(r"“([^”]+)”")


def words_on_screen() -> str:
    """Everything that templates, scripts, layers and the program itself can put on a screen."""
    files = [*(ROOT / "mapsvc").rglob("*.html"), *(ROOT / "mapsvc").rglob("*.py")]
    files += [*(ROOT / "static/app").rglob("*.js"), *(ROOT / "layers").rglob("*.toml")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_what_the_guides_quote_stands_on_a_screen() -> None:
    screens = words_on_screen()
    # 看这…件: a number stands between the parts, a template's braces around it.
    missing = [
        f"{guide}: {quoted}"
        for guide in GUIDES
        for quoted in QUOTED.findall((ROOT / guide).read_text(encoding="utf-8"))
        if not re.search(r"[^\n]{1,40}?".join(re.escape(part) for part in quoted.split("…")), screens)
    ]
    assert not missing


PLACE = re.compile(r"`([a-z][\w-]*/[\w./-]*|[\w-]+\.(?:json|toml|txt|md|py))`")


def test_where_to_change_things_names_places_that_are_there() -> None:
    text = (ROOT / "docs/where.md").read_text(encoding="utf-8")
    # NOUN and NAME stand for one that is there, app.py and the like for a file of the package.
    absent = [
        place
        for place in PLACE.findall(text)
        if not any(any(ROOT.glob(f"{base}{re.sub('NOUN|NAME', '*', place)}")) for base in ("", "mapsvc/"))
    ]
    assert not absent
