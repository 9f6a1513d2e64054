"""What is said of a cell: verdicts, their words, and the sentence with window and usual number."""

from dataclasses import dataclass
from enum import StrEnum

from mapsvc.domain.issues import ISSUE_SOURCE_NAMES, IssueSource


class Verdict(StrEnum):
    """How a cell compares with what is usual there."""

    MUCH = "much"
    MORE = "more"
    SLIGHTLY = "slightly"
    UNSURE = "unsure"
    FEWER = "fewer"
    USUAL = "usual"

    @property
    def says_more(self) -> bool:
        """Whether there is more than usual: a little, or clearly."""
        return self in (Verdict.MUCH, Verdict.MORE, Verdict.SLIGHTLY)


VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.MUCH: "明显偏多",
    Verdict.MORE: "偏多",
    Verdict.SLIGHTLY: "略多",
    Verdict.UNSURE: "说不准",
    Verdict.FEWER: "报得少",
    Verdict.USUAL: "和平时一样",
}

WINDOW_WEEKS = (8, 12, 26, 52)
LEAST_EPISODES = 30
"""With fewer in its window nothing is said of any cell."""
LEAST_FRONTAGES = 3
"""An area with fewer doors is not marked: the mark would point at somebody's shop."""
_MOST_SOURCES = 3
_PATROL = ISSUE_SOURCE_NAMES[IssueSource.PATROL]
_BAND_VERDICT = {99: Verdict.MUCH, 95: Verdict.MORE, 90: Verdict.SLIGHTLY}
_LITTLE_MORE = 1.5
# One report beside a busy corner is no corner of its own, whatever its neighbourhood says.
_LEAST_REPORTS = 3
# Where so few are usual, none at all says nothing.
_LEAST_EXPECTED_FOR_FEWER = 5.0


@dataclass(frozen=True)
class Hotspot:
    """One cell's numbers and verdict, as in the contract.

    Attributes
    ----------
    cell : str
        Stable id of the cell.
    lon, lat : float
        Centre, WGS-84.
    count, report_days, episodes : int
        Reports, distinct days with a report, and troubles (reports merged) in the window.
    expected : float
        Reports usual here in a window of this length.
    z, p : float
        Gi* of the episodes and its two-sided permutation p.
    p_usual : float
        Two-sided chance of a number as far from what is usual here if nothing had changed.
    p_others : float
        Two-sided chance of a number as far from the other cells', asked where its own past leans the same way; else 1.
    q : float
        All p as one, after the false discovery rate.
    band : int
        99, 95, 90 or 0: the level at which q holds.
    enough : bool
        Whether there are reports enough to say anything here.
    kind_of_spot : str
        A value of `Change`, or "" (contract: `type`).
    priority : int
        Rank by decayed count, 1 = first; 0 = no report at all.
    patrol, tested : int
        Reports of patrols among `count`; episodes that were compared.
    sources : tuple of (str, int)
        Who reported, in words, and how many; the most first.
    """

    cell: str
    lon: float
    lat: float
    count: int
    report_days: int
    episodes: int
    expected: float
    verdict: Verdict
    z: float
    p: float
    p_usual: float
    q: float
    band: int
    enough: bool
    kind_of_spot: str
    priority: int
    text: str = ""
    patrol: int = 0
    tested: int = 0
    sources: tuple[tuple[str, int], ...] = ()
    p_others: float = 1.0

    @property
    def is_hot(self) -> bool:
        """Whether the word 热点 may be used: more than usual, at a level of 95 % and up."""
        return self.verdict in (Verdict.MUCH, Verdict.MORE)


def band_of(q: float) -> int:
    """The level (99, 95, 90 or 0) at which a false discovery rate of `q` holds."""
    return 99 if q <= 0.01 else 95 if q <= 0.05 else 90 if q <= 0.10 else 0


def judge(count: int, expected: float, band: int, window_speaks: bool, is_more: bool = True) -> Verdict:
    """Put a cell's evidence in a word.

    A word of more needs both: the neighbourhood stands out among all others (band) and there is more than usual here.
    More than usual without the first is 说不准: it may be chance. What is always busy is 和平时一样.
    Fewer than usual is said at 95 % and where at least five are usual: few reports are no proof of little trouble.

    Parameters
    ----------
    count, expected : int, float
        Reports in the window, and how many are usual.
    band : int
        99, 95, 90 or 0.
    window_speaks : bool
        There are episodes enough to say anything.
    is_more : bool
        Whether the band holds for more, or for fewer.
    """
    above = count > expected
    if not window_speaks:
        return Verdict.UNSURE if count else Verdict.USUAL
    if band >= 95 and not is_more and expected >= max(_LEAST_EXPECTED_FOR_FEWER, _LITTLE_MORE * count):
        return Verdict.FEWER
    if band and is_more and above and count >= _LEAST_REPORTS - 1:
        word = _BAND_VERDICT[band]
        return word if count >= max(_LITTLE_MORE * expected, _LEAST_REPORTS) else Verdict.SLIGHTLY
    if count >= 2 and count >= _LITTLE_MORE * expected:
        return Verdict.UNSURE
    return Verdict.USUAL


def window_words(days: int) -> str:
    """The window as it is said: 近8周, 近一年."""
    if days >= 364:
        return "近一年"
    if days == 182:
        return "近半年"
    return f"近{days // 7}周" if days % 7 == 0 else f"近{days}天"


def usual_words(expected: float) -> str:
    """The usual number as it is said: rounded, and never a false nought."""
    if expected < 0.5:
        return "平时几乎没有"
    return f"平时约{max(1, round(expected))}件"


def source_words(sources: tuple[tuple[str, int], ...]) -> str:
    """Who reported, e.g. （居民9、巡查3）: the three most, the rest as 其他, and patrols last, always by themselves."""
    patrol = [pair for pair in sources if pair[0] == _PATROL]
    others = [pair for pair in sources if pair[0] != _PATROL]
    if len(others) > _MOST_SOURCES:
        rest = sum(count for _, count in others[_MOST_SOURCES - 1 :])
        others = [*others[: _MOST_SOURCES - 1], ("其他", rest)]
    # 12345 and a number would run into each other.
    told = "、".join(f"{name}{'转来' if name[-1:].isdigit() else ''}{count}" for name, count in (*others, *patrol))
    return f"（{told}）" if told else ""


def sentence(
    count: int, expected: float, days: int, verdict: Verdict, sources: tuple[tuple[str, int], ...] = ()
) -> str:
    """The sentence of a cell, e.g. 近8周12件(居民9、巡查3),平时约3件,明显偏多."""
    window = window_words(days)
    if count == 0:
        return f"{window}没有问题上报" + (f"，{usual_words(expected)}，报得少" if verdict is Verdict.FEWER else "")
    return f"{window}{count}件{source_words(sources)}，{usual_words(expected)}，{VERDICT_WORDS[verdict]}"
