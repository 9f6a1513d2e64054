"""The command line, in this process and as a person runs it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli.common import Office
from mapsvc.cli.entry import mapsvc as program
from tests.support.server import PROGRAM, Server, free_port, mapsvc


def run(folder: Path, *args: str) -> Result:
    """Run a command in this process on `folder`, as JSON."""
    return CliRunner().invoke(program, ["--data", str(folder), "--json", *args], obj=Office())


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder with an empty store."""
    return Path(shutil.copytree(sqlite_template, tmp_path / "data"))


def test_init_makes_an_empty_folder_and_does_no_harm_again(tmp_path: Path) -> None:
    for _ in range(2):
        done = run(tmp_path / "new", "init")
        assert done.exit_code == 0
        assert json.loads(done.stdout) == {"data": str(tmp_path / "new")}
    assert (tmp_path / "new" / "mapsvc.sqlite").exists()


def test_a_user_is_added_with_a_link_and_a_token_is_shown_once(office: Path) -> None:
    made = json.loads(run(office, "user", "add", "王书记", "--role", "secretary").stdout)
    assert made["sign_in"].startswith("/sign-in/")
    told = json.loads(run(office, "token", "create", "--role", "secretary", "--user", "王书记").stdout)
    assert told["token"].startswith("ms_") and told["user"] == "王书记"
    listed = json.loads(run(office, "token", "list").stdout)["tokens"]
    assert [t["id"] for t in listed] == [told["id"]]
    assert json.loads(run(office, "token", "revoke", told["id"]).stdout)["revoked"] is True
    assert json.loads(run(office, "token", "list").stdout) == {"tokens": []}


def test_a_password_comes_by_standard_input_never_as_an_argument(office: Path) -> None:
    args = ["--data", str(office), "user", "add", "王书记", "--role", "secretary", "--password-stdin"]
    weak = CliRunner().invoke(program, args, obj=Office(), input="short\n")
    assert weak.exception is not None and "至少8个字符" in str(weak.exception)
    assert CliRunner().invoke(program, args, obj=Office(), input="一只猫过了岚皋路\n").exit_code == 0


def test_backup_check_and_restore_bring_an_office_back(office: Path, tmp_path: Path) -> None:
    run(office, "user", "add", "王书记", "--role", "secretary")
    assert json.loads(run(office, "check").stdout) == {"ok": True, "problems": []}
    assert run(office, "backup", str(tmp_path / "b.zip")).exit_code == 0
    assert run(tmp_path / "other", "restore", str(tmp_path / "b.zip")).exit_code == 0
    users = json.loads(run(tmp_path / "other", "user", "list").stdout)["users"]
    assert [u["login"] for u in users] == ["王书记"]


def test_data_is_taken_before_the_command_after_it_and_from_the_environment(office: Path) -> None:
    for args, env in (
        (["--data", str(office), "user", "list"], {}),
        (["user", "list", "--data", str(office)], {}),
        (["user", "list"], {"MAPSVC_DATA": str(office)}),
    ):
        done = CliRunner().invoke(program, args, obj=Office(), env=env)
        assert done.exit_code == 0, done.exception


WRONG_USE = [
    (["frobnicate"], "没有这个命令"),
    (["user", "add"], "缺少"),
    (["user", "add", "x", "--role", "king"], "可选：worker"),
    (["serve", "--port", "x"], "--port 的值不对"),
    (["serve", "--nope"], "没有 --nope 这个选项"),
    (["plan", "--date", "2026-13-01"], "2026-11-23 这样的日期"),
    (["serve", "--tls-cert", "cert.pem"], "--tls-cert 和 --tls-key 要一起给"),
]


@pytest.mark.parametrize(("args", "told"), WRONG_USE)
def test_wrong_use_ends_with_2_and_one_chinese_sentence(office: Path, args: list[str], told: str) -> None:
    done = mapsvc("--data", str(office), *args)
    assert done.returncode == 2
    assert told in done.stderr
    assert not done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_refusal_ends_with_1_and_as_json_is_one_object(office: Path, tmp_path: Path) -> None:
    done = mapsvc("--data", str(tmp_path / "nothing"), "--json", "user", "list")
    assert done.returncode == 1
    assert "还没有数据" in json.loads(done.stdout)["error"]["message"]
    assert not (tmp_path / "nothing").exists()
    last = mapsvc("--data", str(office), "user", "link", "没有这人")
    assert (last.returncode, last.stdout) == (1, "")
    assert "没有叫“没有这人”的账号" in last.stderr


def test_demo_is_made_only_where_nothing_is(office: Path, demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "demo")
    refused = mapsvc("--data", str(folder), "demo")
    assert refused.returncode == 1
    assert "已经有数据" in refused.stderr


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo for commands that only look."""
    return Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("cli") / "data"))


def test_a_workbook_goes_out_and_in_again_and_nothing_changes(demo: Path, tmp_path: Path) -> None:
    out = json.loads(run(demo, "export", "ledger", str(tmp_path / "out.xlsx")).stdout)
    assert out["masked"] is True and out["rows"]["商铺底册"] > 100
    again = json.loads(run(demo, "import", "ledger", str(tmp_path / "out.xlsx"), "--dry-run").stdout)
    assert set(again) >= {"sheets", "problems"}
    for sheet in ("商铺底册", "走访记录", "问题台账", "咨询台账"):
        counts = again["sheets"][sheet]
        assert counts["unchanged"] == counts["read"] == out["rows"][sheet], sheet


def test_a_file_that_is_no_workbook_ends_with_1(office: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    done = mapsvc("--data", str(office), "--json", "import", "ledger", str(tmp_path / "bad.xlsx"))
    assert done.returncode == 1
    assert "不是 xlsx 工作簿" in json.loads(done.stdout)["error"]["message"]
    assert mapsvc("--data", str(office), "import", "ledger", str(tmp_path / "none.xlsx")).returncode == 1


def test_patches_go_out_and_in_from_a_day_and_not_twice(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "patches.gpkg"
    assert json.loads(run(demo, "export", "layer", "patches", str(file)).stdout)["features"] >= 3
    made = json.loads(run(demo, "import", "patches", str(file), "--from", "2027-01-01").stdout)
    assert made["from"] == "2027-01-01" and made["patches"] >= 3
    twice = run(demo, "import", "patches", str(file), "--from", "2027-01-01")
    assert "已经有了" in str(twice.exception)


def test_hot_spots_have_the_members_of_the_contract(demo: Path) -> None:
    told = json.loads(run(demo, "hotspots", "--kind", "暴露垃圾", "--days", "auto", "--seed", "3").stdout)
    assert told["seed"] == 3
    assert set(told) >= {"method", "window", "n", "seed", "cells"}
    assert all({"cell", "lon", "lat", "count", "expected", "verdict"} <= set(cell) for cell in told["cells"])


def test_a_plan_is_made_and_kept_as_gpx(demo: Path, tmp_path: Path) -> None:
    gpx = tmp_path / "plan.gpx"
    args = [
        "--date",
        "2026-11-24",
        "--shift",
        "evening",
        "--workers",
        "小陈，小周",
        "--minutes",
        "60",
        "--gpx",
        str(gpx),
    ]
    told = json.loads(run(demo, "plan", *args).stdout)
    assert [route["worker"] for route in told["routes"]] == ["小陈", "小周"]
    assert {"seed", "version", "input_hash", "skipped", "totals"} <= set(told)
    assert b"<gpx" in gpx.read_bytes()


def test_the_published_copy_is_written_where_it_is_wanted(demo: Path, tmp_path: Path) -> None:
    told = json.loads(run(demo, "publish", str(tmp_path / "view.gpkg")).stdout)
    assert told["layers"]["shops"] > 100
    assert (tmp_path / "view.gpkg").exists()


def test_a_taken_port_is_said_in_one_sentence(office: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = mapsvc("--data", str(office), "serve", "--port", str(port), timeout_s=30)
    assert done.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in done.stderr


def test_run_makes_the_demo_serves_and_prints_an_address_that_signs_in(tmp_path: Path) -> None:
    port = free_port()
    command = [*PROGRAM, "--data", str(tmp_path / "data"), "--json", "run", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            page = urllib.request.urlopen(told["sign_in"], timeout=10).read().decode()
            assert "街区书记" in page and "示例数据" in page
        finally:
            process.terminate()
            assert process.wait(20) == 0


def test_workers_that_die_are_replaced_and_none_outlives_the_service(office: Path) -> None:
    with Server(office, "--workers", "2") as server:
        victims = children(server.process.pid)
        os.kill(victims[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while victims[0] in children(server.process.pid) or len(children(server.process.pid)) < len(victims):
            assert time.monotonic() < deadline, "no new worker"
            time.sleep(0.1)
        # The old worker's share of waiting connections is lost with it; a new one is answered.
        answered = 0
        while answered < 5:
            assert time.monotonic() < deadline, "no answer"
            answered += asks(server.url)
        left = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        while any(is_alive(pid) for pid in left):
            assert time.monotonic() < deadline + 20, "a worker outlived the service"
            time.sleep(0.1)


def test_counters_are_one_for_all_workers_and_an_office_without_accounts_is_told(office: Path) -> None:
    with Server(office, "--workers", "2") as server:
        deadline = time.monotonic() + 20
        while "还没有账号" not in server.said():
            assert time.monotonic() < deadline, server.said()
            time.sleep(0.1)
        for _ in range(30):
            urllib.request.urlopen(f"{server.url}/sign-in", timeout=5).read()
        told = urllib.request.urlopen(f"{server.url}/sign-in", timeout=5).headers["Date"]
        # A phone sets its clock by it.
        assert abs((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()) < 60
        text = urllib.request.urlopen(f"{server.url}/metrics", timeout=5).read().decode()
        assert 'mapsvc_requests_total{route="/sign-in",status="200"} 31' in text


def asks(url: str) -> bool:
    """Whether the service answers now."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        time.sleep(0.1)
        return False


def children(pid: int) -> list[int]:
    """The direct children of a process that are still at work."""
    import psutil

    return [c.pid for c in psutil.Process(pid).children() if c.status() != psutil.STATUS_ZOMBIE]


def is_alive(pid: int) -> bool:
    """Whether a process runs."""
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_service_speaks_tls_with_a_given_certificate(office: Path, tmp_path: Path) -> None:
    import ssl

    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    port = free_port()
    command = [*PROGRAM, "--data", str(office), "--json", "serve", "--port", str(port)]
    options = ["--tls-cert", str(cert), "--tls-key", str(key)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            assert address == f"https://127.0.0.1:{port}/"
            trusting = ssl.create_default_context(cafile=str(cert))
            trusting.check_hostname = False
            with urllib.request.urlopen(f"{address}healthz", timeout=10, context=trusting) as answer:
                assert answer.status == 200
        finally:
            process.terminate()
            process.wait(20)


def test_the_program_starts_without_the_heavy_libraries() -> None:
    code = "import sys, mapsvc.cli, mapsvc.app; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["geopandas", "pandas", "scipy", "pyvrp", "pyproj", "shapely", "openpyxl", "folium", "pyogrio", "PIL"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
