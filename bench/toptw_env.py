"""An environment of its own for the peers of the patrols, solvers and graphs, which the product never needs."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/vendor/routing"
# PyVRP as the product has it, alone; the others as of today.
WANTED = ("pyvrp>=0.14.1,<0.15", "pyvroom>=1.15", "ortools>=9.15", "numpy>=2.0", "networkx>=3.4", "rustworkx>=0.16")


def python() -> Path:
    """The interpreter of the environment; made by package name when it is not there, which takes a minute."""
    inside = FOLDER / "bin/python"
    done = FOLDER / ".installed"
    wanted = "\n".join(WANTED)
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        print(
            f"Making an environment with {', '.join(WANTED)} (a minute, once) …",
            file=sys.stderr,
            flush=True,
        )
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run([str(inside), "-m", "pip", "install", "-qq", *WANTED], check=True)
        done.write_text(wanted, encoding="utf-8")
    return inside


def run(script: str, *args: str) -> str:
    """What a module of bench/ prints, run in that environment with the package's own source beside it."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    asked = [str(python()), "-c", f"from bench.{script} import main; main()", *args]
    return subprocess.run(asked, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
