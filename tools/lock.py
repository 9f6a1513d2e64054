"""Strip addresses from the lock files of npm, so that they install from whichever registry npm is set to."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "package-lock.json", ROOT / "bench/lighthouse/package-lock.json")


def main() -> None:
    for file in LOCKS:
        lock = json.loads(file.read_text(encoding="utf-8"))
        for package in lock["packages"].values():
            package.pop("funding", None)
            package.pop("resolved", None)
        file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
