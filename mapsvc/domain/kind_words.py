"""Which kind of issue typed words mean: by names and spoken words, by sound, with a slip of the hand, by initials."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapsvc.domain.kinds import BY_CODE, KINDS, OTHER, Kind

MOST = 3
_EXACT, _SOUND, _NEAR_SOUND, _SLIP, _INITIALS = 10.0, 8.0, 7.0, 6.0, 5.0
_LEAST_LATIN = 2

# What people say and write beside the names and synonyms of a kind; an import knows only the latter.
SPOKEN: Mapping[str, str] = {
    "06010": "垃圾 垃圾袋 果皮 烟头 臭 脏",
    "06011": "渣土 建渣 装修废料 水泥袋 砖块 倒垃圾 偷倒",
    "06012": "油污 泥水 污渍 脏水 路面脏 地面脏",
    "06017": "绿化带 草坪垃圾 花坛垃圾",
    "06036": "堆物 杂物 纸箱 堆放 堆东西 堆货 占道堆放",
    "06042": "桶满 垃圾桶 满溢 溢出 满出来",
    "06045": "种菜 踩草坪 砍树 拔树 毁绿",
    "07003": "广告 横幅 牛皮癣 海报 传单",
    "09005": "摆到外面 摆出来 摆在门口 门口摆 出店 桌椅 占人行道 店外",
    "09006": "摆摊 地摊 小贩 摊贩 摊位 设摊",
    "L0001": "滴水 渗水 漏雨 渗漏 返潮 墙面湿 吊顶 天花板 水管",
    "L0002": "纠纷 吵架 矛盾 赔偿 租金 押金 房东",
    "L0003": "烟味 炒菜味 油烟机 呛人",
    "L0004": "停车 车停 挡门 堵路 汽车 轿车 货车",
    "L0005": "消防 灭火器 消防栓 安全出口 疏散 通道堵",
    "L0006": "电瓶车 自行车 单车 电动车停 助动车",
    "L0007": "吵 吵闹 音响 喇叭 太响 音乐声",
    "L0008": "住人 睡店里 阁楼 搭铺",
    "L0010": "充电 拉线 插座 私拉电线",
    "L0011": "煤气 燃气 煤气罐 钢瓶 气瓶",
    "L0012": "招牌 店招 灯箱 要掉下来",
    "L0013": "积水 下水道 堵了 倒灌 水淹",
    "L0014": "路灯 井盖 护栏 地砖 坏了 松动",
}

Sounds = Mapping[str, tuple[str, ...]]
"""Syllables of each word, without tones."""


@dataclass(frozen=True)
class Suggestion:
    """A kind that may be meant, the word that says so, and how well it fits (10 and more: it was typed)."""

    kind: Kind
    word: str
    score: float


def words() -> dict[str, Kind]:
    """Every word that means a kind, folded; what is said first counts."""
    found: dict[str, Kind] = {}
    for kind in KINDS:
        for word in (kind.name, kind.short_name, *kind.synonyms):
            found.setdefault(folded(word), kind)
    for code, spoken in SPOKEN.items():
        for word in spoken.split():
            found.setdefault(folded(word), BY_CODE[code])
    return {word: kind for word, kind in found.items() if kind.code != OTHER}


def folded(text: str) -> str:
    """`text` without width, blanks, signs and capitals."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def ranked(text: str, syllables: Sequence[str], sounds: Sounds) -> tuple[Suggestion, ...]:
    """The kinds that `text` may mean, the likeliest first.

    Parameters
    ----------
    text : str
        What was typed so far, `folded`.
    syllables : sequence of str
        How it sounds, without tones; a run of Latin letters is one.
    sounds : mapping
        How each of `words` sounds.
    """
    best: dict[str, Suggestion] = {}
    for word, kind in words().items():
        score = _score(text, tuple(syllables), word, sounds.get(word, ()))
        if score and score > (best[kind.code].score if kind.code in best else 0.0):
            best[kind.code] = Suggestion(kind, word, score)
    return tuple(sorted(best.values(), key=lambda s: (-s.score, s.kind.code)))[:MOST]


def _score(text: str, syllables: tuple[str, ...], word: str, sound: tuple[str, ...]) -> float:
    # Longer words say more: 垃圾桶 is not 垃圾.
    length = len(word)
    if word in text:
        return _EXACT + length
    latin = text if text.isascii() else ""
    if latin:
        return _latin_score(latin, sound)
    if length < 2 or len(text) < 2:
        return 0.0
    if _runs_in(sound, syllables):
        return _SOUND + length / 10
    if _runs_in(tuple(map(_blurred, sound)), tuple(map(_blurred, syllables))):
        return _NEAR_SOUND + length / 10
    if length > 2 and _has_slip(word, text):
        return _SLIP + length / 10
    return 0.0


def _latin_score(typed: str, sound: tuple[str, ...]) -> float:
    if len(typed) < _LEAST_LATIN or len(sound) < 2:
        return 0.0
    whole, initials = "".join(sound), "".join(s[0] for s in sound)
    if whole in typed:
        return _EXACT + len(sound)
    if len(typed) > 2 and whole.startswith(typed):
        return _SOUND + len(typed) / 10
    if _blurred(whole) == _blurred(typed):
        return _NEAR_SOUND + len(sound) / 10
    if initials == typed:
        return _INITIALS + len(sound) / 10
    return _INITIALS - 1 if len(typed) > 2 and initials.startswith(typed) else 0.0


def _runs_in(sound: tuple[str, ...], syllables: tuple[str, ...]) -> bool:
    n = len(sound)
    return n > 1 and any(syllables[i : i + n] == sound for i in range(len(syllables) - n + 1))


def _has_slip(word: str, text: str) -> bool:
    """Whether `text` holds `word` with one character wrong, missing or too much."""
    n = len(word)
    for size in (n - 1, n, n + 1):
        for start in range(len(text) - size + 1):
            if _one_apart(word, text[start : start + size]):
                return True
    return False


def _one_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1 and len(short) > 2
    return len(short) > 2 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _blurred(syllable: str) -> str:
    """Sounds that Shanghai hardly tells apart: zh z, ch c, sh s, ng n, l n."""
    for sharp, dull in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        syllable = syllable.replace(sharp, dull)
    return syllable.replace("l", "n") if syllable.startswith("l") else syllable
