"""An environment of its own for the peers of the hot spots: esda, which the product never needs."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/vendor/esda"


def python() -> Path:
    """The interpreter of the environment; made by package name when it is not there, which takes a minute."""
    inside = FOLDER / "bin/python"
    done = FOLDER / ".installed"
    wanted = "\n".join(_wanted())
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        print("Making an environment with esda (a minute, once) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        asked = [str(inside), "-m", "pip", "install", "-qq", "-c", str(ROOT / "constraints.txt"), *_wanted()]
        subprocess.run(asked, check=True)
        done.write_text(wanted, encoding="utf-8")
    return inside


def run(script: str, *args: str) -> str:
    """What a module of bench/ prints, run in that environment with the package's own source beside it."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    asked = [str(python()), "-c", f"from bench.{script} import main; main()", *args]
    done = subprocess.run(asked, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked: list[str] = project["optional-dependencies"]["bench"]
    return asked
