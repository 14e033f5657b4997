"""What the tests of threads share: a post in three parts, and what is on the account of it."""

from __future__ import annotations

from collections.abc import Sequence

from running_parts import DUE, Scene

from publisher.ledger.records import Part

WORDS = ("The programme is out", "Who speaks, and when", "How to register")


def thread(name: str = "one", *, parts: Sequence[str] = WORDS, to: Sequence[str] = ("twitter",), more: str = "") -> str:
    """An entry of the section ``posts`` whose text is divided."""
    lines = "\n        ---\n".join(f"        {words}" for words in parts)
    text = "\n".join(f"      {language}: |\n{lines}" for language in ("en", "pl"))
    return f"""\
  - id: {name}
    send: {DUE:%Y-%m-%d %H:%M}
    to: [{", ".join(to)}]
    text:
{text}
{more}"""


def parts_of(stage: Scene, name: str = "one") -> list[Part]:
    """The parts as the ledger has them."""
    return stage.ledger.parts.of(stage.row(name, "twitter").key)


def states_of(stage: Scene, name: str = "one") -> list[str]:
    """Their states."""
    return [str(part.state) for part in parts_of(stage, name)]


def texts(stage: Scene) -> list[str]:
    """What is public, in the order in which it was posted."""
    return [posted.text for posted in stage.sandbox.posted("twitter")]


def is_whole(stage: Scene, words: Sequence[str] = WORDS) -> bool:
    """Whether each part is out once, each as a reply to the one before."""
    posted = stage.sandbox.posted("twitter")
    chain = ["", *(one.remote_id for one in posted)][: len(posted)]
    return texts(stage) == list(words) and [one.answers for one in posted] == chain
