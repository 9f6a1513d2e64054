"""Nobody is ranked: no statement, template, script or export orders people by a count."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, python_files, tree_of

PEOPLE = re.compile(r"worker|person|handler|reporter|nickname|visitor|assigned|actor|staff|包联|走访人|网格员|上报人")
COUNTED = re.compile(r"count|func\.sum|len\(|total|visits|number_of|most_common|score|次数|件数|户数")
ORDERED = {"order_by", "sorted", "sort", "nlargest", "nsmallest", "most_common", "sort_values", "argsort", "lexsort"}
WORDS = re.compile(r"排名|排行|名次|排行榜|光荣榜|红黑榜|积分榜|打卡|签到|点名|末位|倒数第")
# Their own words about not doing it.
DENIALS = re.compile(r"不[^。;；]{0,12}(排名|打卡|签到)|(没有|不搞|不是)[^。]{0,12}(排名|打卡|签到)")


def orderings(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Calls in a function that put something in order by a count."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ORDERED and (called == "most_common" or COUNTED.search(key_of(node))):
                found.append(ast.unparse(node))
    return found


def key_of(call: ast.Call) -> str:
    """What a call orders by: the key of a sort, the columns of a statement."""
    keys = [ast.unparse(k.value) for k in call.keywords if k.arg in {"key", "by"}]
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"order_by", "sort_values"}:
        keys += [ast.unparse(argument) for argument in call.args]
    return " ".join(keys)


@pytest.mark.parametrize("path", python_files("mapsvc"), ids=name_of)
def test_no_function_orders_people_by_a_count(path: Path) -> None:
    ranked = [
        f"{node.name}: {ordering}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for ordering in orderings(node)
        if PEOPLE.search(ordering)
    ]
    assert not ranked


@pytest.mark.parametrize(
    "statement",
    [
        "select(visit.c.worker_id, func.count()).group_by(visit.c.worker_id).order_by(func.count().desc())",
        "sorted(workers, key=lambda w: w.total_visits)",
        "Counter(v.worker for v in visits).most_common()",
        "frame.groupby('worker').size().reset_index().sort_values(by='count_worker')",
    ],
)
def test_the_rule_catches_a_ranking(statement: str) -> None:
    function = ast.parse(f"def f():\n    return {statement}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert any(PEOPLE.search(o) for o in orderings(function))


def screens() -> list[Path]:
    """Everything that becomes words on a screen, a sheet of paper or in a workbook."""
    return [
        *python_files("mapsvc"),
        *sorted((ROOT / "mapsvc").rglob("*.html")),
        *sorted((ROOT / "static/app").rglob("*.js")),
        *sorted((ROOT / "layers").rglob("*.toml")),
    ]


@pytest.mark.parametrize("path", screens(), ids=name_of)
def test_no_screen_speaks_of_rankings_or_checking_in(path: Path) -> None:
    found = [line for line in path.read_text(encoding="utf-8").splitlines() if WORDS.search(DENIALS.sub("", line))]
    assert not found


@pytest.mark.parametrize("path", sorted((ROOT / "static/app").rglob("*.js")), ids=name_of)
def test_no_script_orders_people(path: Path) -> None:
    sorts = re.findall(r"\.(?:toS|s)ort(?:ed)?\([^;]*", path.read_text(encoding="utf-8"))
    assert not [s for s in sorts if PEOPLE.search(s) and COUNTED.search(s)]
