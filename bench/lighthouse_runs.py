"""Lighthouse on a page of somebody signed in: its mobile profile, several runs."""

import json
import os
import subprocess
from pathlib import Path

from bench.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / ".setup-node/bin/node"
PROGRAM = ROOT / "bench/lighthouse/node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
RUNS = 5
ATTEMPTS = 3
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def scores(url: str, cookie: str, scratch: Path, runs: int = RUNS) -> dict[str, list[int]]:
    """Points of 100 per category, one for each run; reports stay in `scratch` as lighthouse-N.json."""
    headers = scratch / "headers.json"
    headers.write_text(json.dumps({"Cookie": f"mapsvc={cookie}"}), encoding="utf-8")
    found: dict[str, list[int]] = {name: [] for name in CATEGORIES}
    for run in range(runs):
        report = _report(url, headers, scratch / f"lighthouse-{run}.json")
        for name in CATEGORIES:
            found[name].append(round(report["categories"][name]["score"] * 100))
    return found


def _report(url: str, headers: Path, target: Path) -> dict[str, dict[str, dict[str, float]]]:
    options = [
        "--quiet",
        "--no-enable-error-reporting",
        "--output=json",
        f"--output-path={target}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={headers}",
        f"--chrome-flags={_CHROME}",
    ]
    environment = os.environ | {"CHROME_PATH": chromium()}
    command = [NODE, PROGRAM, url, *options]
    for attempt in range(ATTEMPTS):
        # Now and then it says that it recorded nothing of the load and asks to be run again.
        done = subprocess.run(command, check=attempt == ATTEMPTS - 1, env=environment, cwd=target.parent)
        if done.returncode == 0:
            break
    told: dict[str, dict[str, dict[str, float]]] = json.loads(target.read_text(encoding="utf-8"))
    return told
