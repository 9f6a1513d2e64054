"""Settings: one table of name, default and help; the environment's MAPSVC_* come first."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """A row of the table: what the setting is called, what it is without being set, what it does."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "data", "数据文件夹：库、照片、发布副本都在里面"),
    Setting("database", "", "PostgreSQL 连接地址；留空用数据文件夹里的嵌入式库"),
    Setting("layers", "", "本单位图层文件夹：同名清单覆盖随程序带的图层"),
    Setting("host", "127.0.0.1", "服务监听的地址"),
    Setting("port", "8000", "服务监听的端口"),
    Setting("workers", "1", "服务进程数"),
    Setting("office_name", "石泉路街道", "街道名称，显示在页头"),
    Setting("block_name", "兰田街区", "街区名称，显示在页头"),
    Setting("office_phone", "", "办公室座机，印在联心卡和欢迎单上，留在手机上供拨打；留空不印"),
    Setting("secretary_name", "", "街区书记的称呼，印在联心卡和欢迎单上；留空不印"),
    Setting(
        "public_url",
        "",
        "联心卡二维码里的网址开头，如 https://example.org；留空用打印时浏览器里的地址，码写明给走访人扫",
    ),
    Setting("surface_url", "", "从里面连公网页面的网址；留空用 public_url，两个都空就不连"),
    Setting("surface_key", "", "和公网页面交换用的钥匙，两边一样，用 mapsvc surface key 生成；留空就不交换"),
    Setting("surface_minutes", "2", "隔多少分钟和公网页面交换一次"),
    Setting(
        "surface_proxy",
        "",
        "公网页面前面的反向代理的地址，几个用逗号隔开；来访地址只听它说的，留空谁也不听",
    ),
    Setting("surface_ca", "", "公网页面的证书由谁签发（PEM 文件）；留空用系统信任的"),
    Setting("worker_label", "走访人", "走访人员的称呼"),
    Setting("patch_label", "网格片区", "责任片区的称呼"),
    Setting("asks_position", "0", "登记走访时手机要不要问位置：1 要，0 不要；不要时手机从不问"),
    Setting("visit_interval_days", "30", "定期走访的间隔（天）"),
    Setting("return_visit_days", "14", "结案后多少天回访"),
    Setting("order_link_days", "30", "派单链接发出后多少天失效"),
    Setting("patrol_start", "", "巡查从哪里出发，写成 经度,纬度（WGS-84）；留空从两条路的路口出发"),
    Setting("alert_budget", "3", "早发现一周最多提醒几条；超出的排在后面，不进收件箱"),
    Setting("session_hours", "12", "多少小时不用就要重新登录"),
    Setting("undo_days", "30", "导入前的旧值保留多少天，供撤销"),
    Setting("backup_days", "14", "数据文件夹的 backups 里留最近多少个有备份的日子，每天留最后一份"),
)


@dataclass(frozen=True)
class Settings:
    """The values in force; see SETTINGS for what each does."""

    data: Path = Path("data")
    database: str = ""
    layers: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    office_name: str = "石泉路街道"
    block_name: str = "兰田街区"
    office_phone: str = ""
    secretary_name: str = ""
    public_url: str = ""
    surface_url: str = ""
    surface_key: str = ""
    surface_minutes: int = 2
    surface_proxy: str = ""
    surface_ca: Path | None = None
    worker_label: str = "走访人"
    patch_label: str = "网格片区"
    asks_position: bool = False
    visit_interval_days: int = 30
    return_visit_days: int = 14
    order_link_days: int = 30
    patrol_start: str = ""
    alert_budget: int = 3
    session_hours: int = 12
    undo_days: int = 30
    backup_days: int = 14

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **given: object) -> "Settings":
        """Take defaults, then MAPSVC_* of `environ` (default: the process's), then what is `given` and not None."""
        env = os.environ if environ is None else environ
        values: dict[str, object] = {s.name: s.default for s in SETTINGS}
        values |= {s.name: env["MAPSVC_" + s.name.upper()] for s in SETTINGS if "MAPSVC_" + s.name.upper() in env}
        values |= {name: value for name, value in given.items() if value is not None}
        return cls(**{f.name: _convert(f.name, values[f.name]) for f in fields(cls)})  # type: ignore[arg-type]


_PATHS = {"data", "layers", "surface_ca"}
_SWITCHES = {"asks_position"}
_NUMBERS = {
    "port",
    "workers",
    "visit_interval_days",
    "return_visit_days",
    "order_link_days",
    "alert_budget",
    "session_hours",
    "surface_minutes",
    "undo_days",
    "backup_days",
}


def _convert(name: str, value: object) -> object:
    if name in _PATHS:
        return Path(str(value)) if value else None
    if name in _NUMBERS:
        return int(str(value))
    if name in _SWITCHES:
        return value if isinstance(value, bool) else bool(int(str(value) or "0"))
    return str(value)
