"""The usual answers of the office: its own file, else the shipped samples; and finding one by what is typed."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mapsvc.domain.actors import Actor
from mapsvc.domain.answers import Answer, answers_from
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import Broken
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store.tokens import query_of, tokens_of

FILE = Path("answers") / "usual.toml"


@dataclass(frozen=True)
class Shelf:
    """The answers in force; `note` says when the office's own file could not be used."""

    answers: tuple[Answer, ...]
    note: str | None = None


def shelf_of(ws: Workspace) -> Shelf:
    """The office's own answers, else the shipped ones; a broken file of the office's is said and left aside."""
    own = ws.settings.layers / FILE if ws.settings.layers else None
    came_with = shipped("layers") / FILE
    if own is not None and own.is_file():
        try:
            return Shelf(_read(own, own.stat().st_mtime_ns))
        except (OSError, ValueError) as error:
            note = f"本单位的常问答案 {FILE} 没有用上（{error}）；先用随程序带的样例，改好文件再刷新。"
            return Shelf(_shipped(came_with), note)
    return Shelf(_shipped(came_with))


def find_answers(ws: Workspace, actor: Actor, q: str = "") -> Shelf:
    """Answers in which all that is typed occurs, questions and topics before the rest; all without `q`.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    shelf = shelf_of(ws)
    wanted = query_of(q)
    if not wanted:
        return shelf if not q.strip() else Shelf((), shelf.note)
    ranked = [(rank, n, a) for n, a in enumerate(shelf.answers) if (rank := _rank(a, wanted)) is not None]
    return Shelf(tuple(a for _, _, a in sorted(ranked, key=lambda found: found[:2])), shelf.note)


def _rank(answer: Answer, wanted: list[tuple[str, bool]]) -> int | None:
    for rank, tokens in enumerate(_tokens(answer)):
        if all(_holds(tokens, word, grows) for word, grows in wanted):
            return rank
    return None


@lru_cache(maxsize=256)
def _tokens(answer: Answer) -> tuple[frozenset[str], frozenset[str]]:
    near = tokens_of(f"{answer.question} {answer.topic} {' '.join(answer.words)}")
    return frozenset(near), frozenset([*near, *tokens_of("", answer.answer, answer.source)])


def _holds(tokens: frozenset[str], word: str, grows: bool) -> bool:
    return word in tokens or (grows and any(token.startswith(word) for token in tokens))


def _shipped(file: Path) -> tuple[Answer, ...]:
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise Broken(f"随程序带的常问答案 {FILE} 坏了（{error}），请重新安装。") from error


@lru_cache(maxsize=4)
def _read(file: Path, _changed_at: int) -> tuple[Answer, ...]:
    return answers_from(tomllib.loads(file.read_text("utf-8")))
