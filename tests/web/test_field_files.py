"""The queue's file: the same as over the network, one bad record holds up nobody, and what is no such file is told."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import Forbidden, MapsvcError, NotFound
from mapsvc.operations import accounts, backup
from mapsvc.operations.field_files import FieldReport, Result, import_field_file
from mapsvc.store import audit
from mapsvc.store.tables import metadata
from mapsvc.web import field_file
from mapsvc.web.field_file import read_field_file
from tests.support import pictures
from tests.support.field_files import day, file_of, record, send, visit
from tests.support.street import build, uid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mapsvc.domain.actors import Actor
    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf, SignedClient

# Whose the rows are and what was recorded; not when it arrived, nor what signing in and importing leave behind.
TABLES = (
    "visit", "need", "promise", "issue", "case_file", "case_step", "photo", "withdrawn", "tenancy", "tenancy_change",
    "shop", "location", "event", "search_entry",
)  # fmt: skip
ARRIVAL = {"received_at", "updated_at"}


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both databases: here the two ways in are compared."""
    return str(request.param)


@pytest.fixture
def chen(workspace: Workspace) -> Actor:
    """小陈, who walks, with an account."""
    build(workspace)
    from mapsvc.domain.actors import Role

    return accounts.add_account(workspace, SYSTEM, "xiaochen", Role.WORKER, "小陈").actor


@pytest.fixture
def second(workspace: Workspace, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """Another store that begins as `workspace` is when this fixture is asked for."""
    from mapsvc.config import Settings
    from mapsvc.operations.workspace import Workspace as Office

    request.getfixturevalue("chen")
    backup.backup(workspace, SYSTEM, tmp_path / "copy.zip")
    url = ""
    if not workspace.database.is_sqlite:
        name = f"second_{abs(hash(str(tmp_path)))}"
        url = request.getfixturevalue("cluster").create(name, "mapsvc_template")
    given_settings = Settings(data=tmp_path / "second", database=url)
    backup.restore(tmp_path / "copy.zip", given_settings)
    office = Office.open(given_settings, workspace.clock)
    yield office
    office.database.close()


def contents(ws: Workspace) -> dict[str, list[dict[str, Any]]]:
    """What a day leaves in the store."""
    told = {}
    with ws.read() as conn:
        for name in TABLES:
            table = metadata.tables[name]
            rows = [dict(row._mapping) for row in conn.execute(select(table))]
            told[name] = sorted(
                ({k: v for k, v in row.items() if k not in ARRIVAL} for row in rows), key=lambda row: str(row)
            )
    return told


def files(ws: Workspace) -> set[str]:
    return {f.name for f in (ws.folder / "photos").rglob("*.*")}


def bring(ws: Workspace, person: Actor, records: list[Any], by: Actor = SYSTEM) -> FieldReport:
    assert person.person_id
    return import_field_file(ws, by, read_field_file(file_of(records, person.person_id)))


def test_a_day_by_file_leaves_the_same_as_over_the_network(
    workspace: Workspace, second: Workspace, chen: Actor, client_of: ClientOf
) -> None:
    statuses = send(client_of("worker"), day())
    assert set(statuses) <= {200, 201}, statuses
    report = bring(second, chen, day())
    assert {line.result for line in report.lines} == {Result.ADDED}, report.lines
    assert contents(second) == contents(workspace)
    assert files(second) == files(workspace) and len(files(second)) == 3


def test_the_same_file_again_changes_nothing(workspace: Workspace, chen: Actor) -> None:
    bring(workspace, chen, day())
    before, shots = contents(workspace), files(workspace)
    again = bring(workspace, chen, day())
    assert again.counts == {"added": 0, "unchanged": len(again.lines), "refused": 0}
    assert (contents(workspace), files(workspace)) == (before, shots)
    gone = next(line for line in again.lines if line.id == uid("v3"))
    assert "撤回过" in gone.reason


def test_half_over_the_network_and_the_rest_by_file(
    workspace: Workspace, second: Workspace, chen: Actor, client_of: ClientOf
) -> None:
    client = client_of("worker")
    send(client, day())
    bring(second, chen, day()[:4])
    bring(second, chen, day())
    assert contents(second) == contents(workspace)


def test_a_refused_record_holds_up_nobody(workspace: Workspace, chen: Actor) -> None:
    broken = [
        visit("no such shop", 2, "LT9999", (pictures.jpeg(),)),
        visit("bad body", 3) | {"body": {"id": uid("bad body"), "colour": "red"}},
        visit("other id", 3) | {"body": visit("x", 3)["body"]},
        visit("bad photo", 4, photos=(b"<html>", pictures.heic())),
        {"id": "1", "type": "visit"},
        {"id": uid("unknown"), "type": "dance", "at": "2026-11-23T08:00:00+08:00", "body": {}},
        {"id": uid("odd type"), "type": ["visit"], "at": "2026-11-23T08:00:00+08:00", "body": {}},
        "nothing",
        None,
        record("no promise", "promise_kept", 5, {"target": uid("nobody's")}),
        record("w", "withdraw", 6, {"target": "x", "target_type": "shop"}),
        visit("bad base64", 7) | {"photos": [{"id": uid("b"), "jpeg": "###"}, {"id": uid("c")}, 7]},
        visit("nul", 7, card="a\x00b"),
        visit("odd photos", 8) | {"photos": {"a": 1}},
        visit("many photos", 9, photos=tuple(pictures.jpeg(50 + n, 50) for n in range(14))),
    ]
    report = bring(workspace, chen, [visit("first", 1), *broken, visit("last", 50)])
    by_id = {line.id: line for line in report.lines}
    assert by_id[uid("first")].result is by_id[uid("last")].result is Result.ADDED
    assert by_id[uid("bad photo")].result is Result.ADDED
    assert "HEIC" in by_id[uid("bad photo photo 1")].reason
    assert "照片也没有收" in by_id[uid("no such shop photo 0")].reason
    assert "base64" in by_id[uid("b")].reason
    refused = [line for line in report.lines if line.result is Result.REFUSED]
    assert len(refused) == 19
    assert all(line.reason and line.what for line in refused)
    assert len(files(workspace)) == 12


def test_records_are_named_by_where_what_and_when(workspace: Workspace, chen: Actor) -> None:
    report = bring(workspace, chen, [*day()[:5], visit("named", 55) | {"label": "27号 见到了，没事"}])
    assert [line.what for line in report.lines] == [
        "岚皋西路27号 锦云家纺 走访 11月23日08:01",
        "岚皋西路27号 锦云家纺 走访 11月23日08:05",
        "岚皋西路27号 锦云家纺 走访 11月23日08:05 的照片1",
        "岚皋西路27号 锦云家纺 走访 11月23日08:05 的照片2",
        "橙子公寓旁空地 上报暴露垃圾 11月23日08:09",
        "橙子公寓旁空地 上报暴露垃圾 11月23日08:09 的照片1",
        "上报暴露垃圾 11月23日08:11",
        "答应的事办好了 “周五前回话” 11月23日08:20",
        "27号 见到了，没事",
    ]


def test_who_recorded_is_the_person_in_the_file_and_who_brought_it_is_in_the_audit(
    workspace: Workspace, chen: Actor, client_of: ClientOf
) -> None:
    office = client_of("office").signed
    assert office is not None
    bring(workspace, chen, [visit("v", 1)], by=office.actor)
    with workspace.read() as conn:
        rows = conn.execute(select(metadata.tables["audit"]).order_by(metadata.tables["audit"].c.id)).all()
        made_by = {row.action: row.actor_id for row in rows}
        assert audit.verify(conn).is_whole
    assert made_by["record_visit"] == chen.person_id
    assert made_by["import_field_file"] == office.actor.person_id


def test_who_may_bring_a_file(workspace: Workspace, chen: Actor, client_of: ClientOf) -> None:
    other = client_of("volunteer").signed
    assert other is not None
    with pytest.raises(Forbidden, match="小陈"):
        bring(workspace, chen, [visit("v", 1)], by=other.actor)
    assert bring(workspace, chen, [visit("v", 1)], by=chen).counts["added"] == 1


def test_a_person_the_office_does_not_know_is_named(workspace: Workspace, chen: Actor) -> None:
    for person, told in ((uid("nobody"), "小李"), (uid("徐女士"), "徐女士")):
        with pytest.raises(NotFound, match=told):
            import_field_file(workspace, SYSTEM, read_field_file(file_of([visit("v", 1)], person, told)))
    with pytest.raises(NotFound, match="账号"):
        import_field_file(workspace, SYSTEM, read_field_file(file_of([visit("v", 1)], uid("zhou"), "小周")))
    assert contents(workspace)["visit"] == []


def test_version_1_had_one_picture_inside(workspace: Workspace, chen: Actor) -> None:
    with_picture = visit("v", 1, photos=(pictures.jpeg(),))
    [shot] = with_picture.pop("photos")
    content = file_of(
        [with_picture | {"photo": f"data:image/jpeg;base64,{shot['jpeg']}"}], str(chen.person_id), version=1
    )
    for counts in ({"added": 2, "unchanged": 0, "refused": 0}, {"added": 0, "unchanged": 2, "refused": 0}):
        assert import_field_file(workspace, SYSTEM, read_field_file(content)).counts == counts
    assert len(files(workspace)) == 1


WRONG: list[tuple[bytes, str]] = [
    (b"", "不是手机导出"),
    (b"\xff\xd8\xff a picture", "不是手机导出"),
    (b"[]", "不是手机导出"),
    (b"[" * 100_000, "不是手机导出"),
    (b'{"format":' + b'{"a":' * 3000 + b"1" + b"}" * 3001, "不是手机导出"),
    (b'{"format": "other"}', "不是手机导出"),
    (file_of([], "p")[:-9], "不是手机导出"),
    (file_of([], "p", version=3), "先升级"),
    (file_of([], "p", version="2"), "版本号"),
    (file_of([], "p", version=True), "版本号"),
    (file_of([], "p", person=None), "谁的手机"),
    (file_of([], "p", person={"id": 7, "name": "x"}), "谁的手机"),
    (file_of({"a": 1}, "p"), "没有记录"),
    (file_of([1] * 2001, "p"), "最多2000条"),
]


@pytest.mark.parametrize(("content", "words"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_such_file_is_told_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(MapsvcError) as told:
        read_field_file(content)
    assert words in told.value.message and told.value.message.count("。") == 1


def test_a_file_over_the_limit_is_told_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_file, "LARGEST_BYTES", 1024 * 1024)
    with pytest.raises(MapsvcError, match="最多1 MB"):
        read_field_file(b" " * (1024 * 1024 + 1))


def upload(client: SignedClient, content: bytes, **headers: str) -> Any:
    form = {"file": (io.BytesIO(content), "records.json")}
    return client.post("/admin/field", data=form, headers=headers)


@pytest.fixture
def secretary(chen: Actor, client_of: ClientOf) -> SignedClient:
    """The secretary at the desk."""
    return client_of("secretary")


def test_the_page_shows_what_came_of_each_record(secretary: SignedClient, chen: Actor) -> None:
    records = [visit("v", 1) | {"label": "<b>27号</b>"}, visit("w", 2, "LT9999")]
    shown = upload(secretary, file_of(records, str(chen.person_id)))
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "&lt;b&gt;27号" in page and "<b>27号</b>" not in page.replace("<b>&lt;", "")
    assert "没有编号为LT9999的商铺" in page and "“小陈”的记录" in page
    told = upload(secretary, file_of(records, str(chen.person_id)), Accept="application/json").get_json()
    assert told["counts"] == {"added": 0, "unchanged": 1, "refused": 1}


def test_the_page_says_what_is_wrong_with_a_file(secretary: SignedClient, chen: Actor) -> None:
    for content, words in (*WRONG[:3], (file_of([], uid("nobody"), "小李"), "小李")):
        shown = upload(secretary, content)
        assert shown.status_code == 422
        assert words in shown.get_data(as_text=True)
    assert secretary.post("/admin/field", data={}).status_code == 422
    asked = upload(secretary, b"x", Accept="application/json")
    assert (asked.status_code, asked.mimetype) == (400, "application/problem+json")


def test_the_command_line_brings_it_in_too(workspace: Workspace, chen: Actor, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from mapsvc.cli.common import Office
    from mapsvc.cli.entry import mapsvc as program

    file = tmp_path / "records.json"
    file.write_bytes(file_of([visit("v", 1), visit("w", 2, "LT9999")], str(chen.person_id)))
    given_args = ["--data", str(workspace.folder), "--database", workspace.settings.database, "--json"]
    done = CliRunner().invoke(program, [*given_args, "import", "field", str(file)], obj=Office())
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["person"], told["counts"]) == ("小陈", {"added": 1, "unchanged": 0, "refused": 1})
    assert "LT9999" in done.stderr


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=12), st.just(uid("v1"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_content_of_a_record_is_a_fault_of_the_program(
    data: st.DataObject, workspace: Workspace, chen: Actor
) -> None:
    good = data.draw(st.sampled_from(day()))
    where = good["body"] if data.draw(st.booleans()) else good
    where[data.draw(st.sampled_from([*where, "photo", "label"]))] = data.draw(JSON)
    content = orjson.dumps(orjson.loads(file_of([good, data.draw(JSON), visit("always", 1)], str(chen.person_id))))
    report = import_field_file(workspace, SYSTEM, read_field_file(content))
    assert report.lines[-1].result is not Result.REFUSED
    assert all(line.reason for line in report.lines if line.result is Result.REFUSED)
