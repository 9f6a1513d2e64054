"""Kinds of issues: codes of the national list and local ones, names, synonyms, allowed times."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.errors import Refused


@dataclass(frozen=True)
class Kind:
    """A kind of issue.

    Attributes
    ----------
    code : str
        Five digits of GB/T 47678.5-2026, or L and four digits for a local one.
    name : str
        As written in ledgers.
    short_name : str
        As shown on screens.
    family : str
        Group in filters and legends.
    old_code : str
        Code of GB/T 30428.2-2013, empty when unknown.
    synonyms : tuple of str
        Other words people write.
    limit : Limit
        Allowed time unless the report sets its own; offices differ, so it is a starting value.
    is_local : bool
        Not in the national list.
    """

    code: str
    name: str
    short_name: str
    family: str
    old_code: str
    synonyms: tuple[str, ...]
    limit: Limit
    is_local: bool = False


def _kind(code: str, name: str, short_name: str, family: str, old_code: str, synonyms: str, limit: Limit) -> Kind:
    return Kind(code, name, short_name, family, old_code, tuple(synonyms.split()), limit, code.startswith("L"))


def _clock(hours: float) -> Limit:
    return Limit(LimitCalendar.CLOCK, round(hours * 60))


def _work(hours: float) -> Limit:
    return Limit(LimitCalendar.WORKING_HOURS, round(hours * 60))


def _days(days: int) -> Limit:
    return Limit(LimitCalendar.WORKING_DAYS, days * DAY_MIN)


# fmt: off
KINDS: tuple[Kind, ...] = (
    _kind("06010", "暴露垃圾", "暴露垃圾", "市容环境", "01-02", "散落垃圾 小包垃圾 垃圾堆积", _work(4)),
    _kind("06011", "积存垃圾渣土", "乱倒垃圾", "市容环境", "01-03", "建筑垃圾 装修垃圾", _work(8)),
    _kind("06012", "道路不洁", "道路不洁", "市容环境", "01-04", "路面污染 污水横流", _work(4)),
    _kind("06017", "绿地脏乱", "绿地脏乱", "市容环境", "01-06", "绿化带垃圾", _work(8)),
    _kind("06036", "乱堆杂物", "占道堆物", "市容环境", "", "乱堆物料 楼道堆物", _work(8)),
    _kind("06042", "垃圾箱满溢", "桶满溢", "市容环境", "", "垃圾桶满 垃圾站满溢", _work(4)),
    _kind("06045", "占绿毁绿", "毁绿", "市容环境", "", "毁绿种菜", _days(5)),
    _kind("07003", "违规户外广告", "违规广告", "宣传广告", "02-02", "乱挂横幅 小广告", _days(1)),
    _kind("09005", "店外经营", "跨门经营", "街面秩序", "05-04", "外摆 跨门经营", _work(4)),
    _kind("09006", "占道经营", "占道设摊", "街面秩序", "05-01", "流动摊贩 乱设摊", _work(2)),
    _kind("L0001", "房屋渗漏", "渗漏水", "本地扩展", "", "漏水 天花板渗水 水管爆裂 楼上滴水", _days(5)),
    _kind("L0002", "邻里商户纠纷", "纠纷", "本地扩展", "", "赔偿纠纷 租赁纠纷", _days(15)),
    _kind("L0003", "油烟扰民", "油烟", "本地扩展", "", "异味", _days(5)),
    _kind("L0004", "机动车乱停放", "机动车违停", "本地扩展", "05-05", "违停 堵门", _clock(4)),
    _kind("L0005", "消防通道或器材隐患", "消防隐患", "本地扩展", "", "灭火器过期 堵塞通道", _clock(24)),
    _kind("L0006", "非机动车乱停放", "非机动车", "本地扩展", "05-06", "共享单车 电瓶车乱停", _work(4)),
    _kind("L0007", "噪声扰民", "噪声", "本地扩展", "", "噪音 装修吵", _days(1)),
    _kind("L0008", "三合一住人", "三合一", "本地扩展", "", "阁楼住人 店里住人", _clock(24)),
    _kind("L0010", "电动自行车充电隐患", "飞线充电", "本地扩展", "", "飞线 室内充电", _clock(24)),
    _kind("L0011", "燃气隐患", "燃气", "本地扩展", "", "液化气 煤气味", _clock(2)),
    _kind("L0012", "店招安全隐患", "店招安全", "本地扩展", "", "招牌松动 店招破损", _clock(24)),
    _kind("L0013", "道路积水", "积水", "本地扩展", "", "下水堵塞 水漫", _clock(4)),
    _kind("L0014", "公共设施损坏", "设施损坏", "本地扩展", "", "井盖 路灯 护栏", _days(1)),
    _kind("L0099", "其他", "其他", "本地扩展", "", "", _days(5)),
)
# fmt: on

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
OTHER = "L0099"


def kind_of(code: str) -> Kind:
    """The kind with this code; an unknown code (an office's own) stands for itself with the limits of 其他."""
    known = BY_CODE.get(code)
    return known or Kind(code, code, code, "本地扩展", "", (), BY_CODE[OTHER].limit, True)


def find_kind(text: str) -> Kind | None:
    """The kind meant by a code, name, short name or synonym; full-width and blanks do not matter.

    A text that contains exactly one name or synonym (``店外经营(外摆)``) means that one too.
    """
    return _find(_fold(text))


def kind_named(text: str) -> Kind:
    """As `find_kind`; raises Refused with the nearest names."""
    kind = find_kind(text)
    if kind is None:
        near = near_names(text)
        hint = f"，是不是{'、'.join(near)}？" if near else "，请从问题类别里选一个。"
        raise Refused(f"没有“{text[:20]}”这类问题{hint}", field="kind", code="unknown_kind")
    return kind


@lru_cache(maxsize=1024)
def _find(folded: str) -> Kind | None:
    if not folded:
        return None
    if folded in _WORDS:
        return _WORDS[folded]
    inside = {kind.code: kind for word, kind in _WORDS.items() if len(word) > 1 and word in folded}
    return next(iter(inside.values())) if len(inside) == 1 else None


def near_names(text: str, limit: int = 3) -> tuple[str, ...]:
    """Names of kinds that share characters with `text`, the nearest first: what a refusal offers."""
    asked = set(_fold(text))
    shared = [(len(asked & set(_fold(word))), -len(word), kind) for word, kind in _WORDS.items()]
    ranked = sorted((s for s in shared if s[0]), key=lambda s: (-s[0], -s[1], s[2].code))
    return tuple(dict.fromkeys(kind.name for _, _, kind in ranked))[:limit]


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _words() -> dict[str, Kind]:
    words: dict[str, Kind] = {}
    for kind in KINDS:
        for word in (kind.code, kind.name, kind.short_name, kind.old_code, *kind.synonyms):
            if word:
                words.setdefault(_fold(word), kind)
    return words


_WORDS = _words()
