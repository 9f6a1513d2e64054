"""A short form of the day on a phone that is killed at random moments; `make faults` has the long one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.faults.phone_day import spend_day

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


def test_nothing_is_lost_or_doubled_whenever_the_phone_or_the_service_is_killed(
    browser: Browser, demo_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    _, rows = spend_day(browser.browser_type, folder, kills=10, doors=5, photos=2, seed=11, minutes=5)
    assert [row for row in rows if not row[2]] == []
