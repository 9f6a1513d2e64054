"""The wheel: built from the source archive, installed into a fresh environment, run from another folder."""

import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.support.server import Server

ELSEWHERE = Path("/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source archive, as an index would get it."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(out.glob("*.tar.gz"))
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of programs of a fresh environment that holds the wheel and borrows its dependencies from this one."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--no-index", str(wheel)], check=True, capture_output=True)
    [site] = home.glob("lib/python*/site-packages")
    # A path file inside the borrowed folder is not followed, so the checkout itself stays out of reach.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin"


@pytest.fixture(scope="module")
def served(installed: Path, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The installed program, serving demo data, started from `/`."""
    folder = tmp_path_factory.mktemp("elsewhere") / "data"
    shutil.copytree(demo_folder, folder)
    with Server(folder, program=[str(installed / "mapsvc")], cwd=ELSEWHERE) as running:
        yield running


def test_it_carries_layers_and_browser_files_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in ("layers/shops.toml", "static/vendor/leaflet/leaflet-map.js", "static/vendor/htmx/htmx.min.js"):
        assert f"mapsvc/_shipped/{needed}" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mapsvc"}


def test_it_holds_every_module_and_template_of_the_checkout(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files", "-z", "mapsvc"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {n for n in listed.stdout.split("\0") if n and (ROOT / n).exists()} <= names


def test_it_runs_from_another_folder_out_of_the_fresh_environment(installed: Path) -> None:
    where = "import mapsvc, mapsvc.paths as p; print(mapsvc.__file__, p.shipped('static'))"
    command = [str(installed / "python"), "-c", where]
    said = subprocess.run(command, cwd=ELSEWHERE, capture_output=True, text=True, check=True).stdout
    assert str(ROOT) not in said
    assert "_shipped" in said


@pytest.mark.parametrize("path", ["/static/vendor/leaflet/leaflet.js", "/static/vendor/leaflet/leaflet.css"])
def test_vendor_files_are_served(served: Server, path: str) -> None:
    with urllib.request.urlopen(served.url + path) as answer:
        assert answer.status == 200
        assert answer.read() == (ROOT / path.lstrip("/")).read_bytes()


def test_the_page_is_served(served: Server) -> None:
    with urllib.request.urlopen(served.url + "/") as answer:
        assert answer.status == 200
        assert "民情地图" in answer.read().decode("utf-8")
