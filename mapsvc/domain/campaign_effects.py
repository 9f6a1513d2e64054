"""How far a campaign came, and what was asked afterwards, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from mapsvc.domain.campaigns import Uptake


@dataclass(frozen=True)
class Reached:
    """How far a campaign came: doors, those told, on which calls, what came of it.

    Attributes
    ----------
    by_due, by_extra, otherwise : int
        Told on a call that was due anyway, on one made because the window closed first, without a call.
    """

    doors: int
    told: int
    by_due: int
    by_extra: int
    otherwise: int
    uptake: Mapping[Uptake, int]

    @property
    def words(self) -> str:
        """In a sentence."""
        if not self.told:
            return f"{self.doors}户里还没有说过的。"
        ways = [
            f"{n}户{words}"
            for n, words in (
                (self.by_due, "是本来就要走的"), (self.by_extra, "专门去的"), (self.otherwise, "没有上门，另外说的")
            )
            if n
        ]  # fmt: skip
        return f"{self.doors}户里说到{self.told}户：{'，'.join(ways)}。"


LEAST_ASKED, LEAST_SETS = 6, 8


@dataclass(frozen=True)
class AskedAfter:
    """What doors that were told asked afterwards, against comparable doors that were not in the campaign.

    Attributes
    ----------
    doors, others : int
        Doors told that something could be compared with; comparable doors.
    before, after, others_before, others_after : int
        Questions about the topic in the weeks before and after, the day of telling left out.
    weeks : int
        Length of each window.
    difference, low, high : float
        By how many questions per door the doors told rose more than the others, with its interval.
    level : float
        Of the interval.
    alone : int
        Doors told that nothing was comparable with.
    """

    doors: int
    others: int
    before: int
    after: int
    others_before: int
    others_after: int
    weeks: int
    difference: float
    low: float
    high: float
    level: float
    seed: int
    method: str
    alone: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything."""
        asked = self.before + self.after + self.others_before + self.others_after
        return self.doors >= LEAST_SETS and asked >= LEAST_ASKED

    @property
    def verdict(self) -> str:
        """more | fewer | unsure."""
        if not self.is_enough or self.low <= 0 <= self.high:
            return "unsure"
        return "more" if self.low > 0 else "fewer"


def asked_words(found: AskedAfter) -> str:
    """What came after in words a secretary can repeat; asking more may well be a good sign."""
    head = (
        f"说过的{found.doors}户，之前{found.weeks}周问这件事{found.before}次，之后{found.after}次；"
        f"情形相近、没去说的{found.others}户，之前{found.others_before}次，之后{found.others_after}次。"
    )
    if not found.is_enough:
        return f"{head}户数或次数太少，说不准。"
    span = f"九成把握：每10户{_per_ten(found.low)}到{_per_ten(found.high)}"
    if found.verdict == "more":
        return f"{head}说过的门后来问得多了（{span}）。多问不是坏事：知道有这回事，才来问。"
    if found.verdict == "fewer":
        return f"{head}说过的门后来问得少了（{span}）。也许当面就说清了。"
    return f"{head}看不出和别家有什么两样（{span}），说不准。"


def _per_ten(difference: float) -> str:
    times = round(difference * 10, 1)
    number = f"{abs(times):.1f}".removesuffix(".0")
    return "不多不少" if times == 0 else f"多问{number}次" if times > 0 else f"少问{number}次"
