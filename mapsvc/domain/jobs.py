"""A job: work that is done beside the service, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    """States of a job; queued -> running -> done, failed or cancelled; running -> queued when its runner died."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATE_NAMES: dict[JobState, str] = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "进行中",
    JobState.DONE: "已完成",
    JobState.FAILED: "没做成",
    JobState.CANCELLED: "已取消",
}
KIND_NAMES: dict[str, str] = {
    "import_ledger": "导入台账",
    "preview_ledger": "看看台账会改什么",
    "confirm_ledger": "导入台账",
    "publish": "发布 QGIS 副本",
    "backup": "备份",
    "retention": "清理过期的旧记录",
    "alerts": "查一遍早发现",
    "fit": "用过去检验巡查优先级",
    "surface": "和公网页面交换",
}


@dataclass(frozen=True)
class Job:
    """One piece of background work.

    Attributes
    ----------
    kind : str
        What is done; see jobs/kinds.py.
    progress : int
        Percent, 0 to 100.
    message : str or None
        What it is at, or why it failed: one Chinese sentence.
    result : mapping or None
        What it answered when done.
    attempts : int
        How often it was begun.
    """

    id: str
    kind: str
    state: JobState
    payload: Mapping[str, object]
    made_at: datetime
    run_at: datetime
    progress: int = 0
    message: str | None = None
    result: Mapping[str, object] | None = None
    attempts: int = 0
    wants_cancel: bool = False
    runner: str | None = None
    made_by: str | None = None
    lease_until: datetime | None = None
    heartbeat_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def title(self) -> str:
        """What is done, in Chinese; a kind that brought no name stands for itself."""
        return KIND_NAMES.get(self.kind, self.kind)

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[self.state]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
