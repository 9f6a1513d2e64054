"""Words to answer with: what a policy entry says in one message, and what is copied into a chat."""

from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.policies import PolicyEntry

LONGEST_QUOTE = 60


def policy_words(entry: PolicyEntry) -> str:
    """An entry as a message: the answer, what to bring, what to search for, where it comes from."""
    parts = [entry.answer.strip()]
    if entry.materials:
        parts.append(f"要带的材料：{'、'.join(entry.materials)}。")
    if entry.search_words:
        parts.append(f"网上办：在随申办里搜“{'”或“'.join(entry.search_words)}”。")
    said_on = entry.source_date
    parts.append(f"（来源：{entry.source}，{said_on.year}年{said_on.month}月）")
    return "\n".join(parts)


def chat_words(one: Enquiry) -> str:
    """What is pasted into a chat: what was asked, in short, and the answer."""
    asked = " ".join(one.text.split())
    asked = asked if len(asked) <= LONGEST_QUOTE else f"{asked[: LONGEST_QUOTE - 1]}…"
    return f"您问的“{asked}”：\n{one.answer or ''}"
