"""No address of another host in what we ship, none in lock file or pins, no path of anybody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of

# Names of formats and licences that look like addresses; nobody calls them.
NAMES = re.compile(
    r"https?://(127\.0\.0\.1|localhost|\[::1\]|www\.w3\.org|www\.opengis\.net|geojson\.org|json-schema\.org|spec\.openapis\.org"
    r"|www\.topografix\.com|schemas\.[a-z.]+|[a-z.]*example\.(org|com|cn|net)|www\.rfc-editor\.org|[a-z.]*geopackage\.org"
    r"|www\.openstreetmap\.org/copyright|[a-z.-]*\.(invalid|example|test))"
)
ADDRESS = re.compile(r"https?://[A-Za-z0-9\[]")
TEXT = {
    "",
    ".py",
    ".js",
    ".css",
    ".html",
    ".toml",
    ".geojson",
    ".txt",
    ".json",
    ".sh",
    ".cfg",
    ".ini",
    ".xml",
    ".webmanifest",
    ".md",
    ".svg",
}
FOLDERS = ("mapsvc", "static", "layers", "bench", "tools", "tests", "docs", ".ci", "Makefile")


def shipped_text() -> list[Path]:
    """Text files under version control that run, or are served, or steer the build."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *FOLDERS, "*.toml", "*.txt", "*.json", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        ROOT / n
        for n in sorted(set(listed.stdout.split("\0")))
        if n and Path(n).suffix in TEXT and (ROOT / n).is_file()
    ]


@pytest.mark.parametrize("path", shipped_text(), ids=name_of)
def test_no_address_of_another_host(path: Path) -> None:
    text = NAMES.sub("", path.read_text(encoding="utf-8"))
    found = [line.strip()[:120] for line in text.splitlines() if ADDRESS.search(line)]
    assert not found


@pytest.mark.parametrize(
    "name", ["package-lock.json", "bench/lighthouse/package-lock.json", "constraints.txt", ".npmrc"]
)
def test_pins_name_versions_and_no_place_to_get_them(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "file:" not in text


def test_every_pin_is_exact() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+", line)] == []


def test_no_path_of_the_machine_it_was_written_on() -> None:
    folders = {str(p) for p in (ROOT.parent, Path.home())} - {"/", "/tmp"}
    found = [
        f"{name_of(path)}: {folder}"
        for path in shipped_text()
        for folder in folders
        if f"{folder}/" in path.read_text(encoding="utf-8")
    ]
    assert not found
