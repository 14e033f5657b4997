"""``ignore:`` with its ``why:``: rules that do not hold for an entry, a step or the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from publisher.explanations import OTHER_NAMES, called
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, is_empty
from publisher.schedulefile.rulenames import IGNORABLE
from publisher.sentences import Sentence, sentence


def ignored_in(node: Node | None) -> frozenset[str]:
    """The codes of the rules that this group ignores."""
    return frozenset(called(name.text) for name in _names(node)) if isinstance(node, Mapping) else frozenset()


def check_ignored(findings: Findings, node: Node | None, *, about: str) -> None:
    """Note rules that nobody knows, and ignoring without a reason."""
    if not isinstance(node, Mapping):
        return
    for name in _names(node):
        if called(name.text) not in IGNORABLE:
            findings.add(
                "unknown-name",
                sentence("There is no rule called “{name}” that can be ignored.", name=name.text),
                hint=_meant(name.text),
                span=name.span,
                about=about,
            )
    key, why = node.key("ignore"), node.get("why")
    if key is not None and any(_names(node)) and (why is None or is_empty(why)):
        findings.add(
            "missing-key",
            sentence("A rule is ignored here, and nothing says why."),
            hint=sentence("Add  why: …  beside it, with the reason: it is shown to whoever approves."),
            span=key.span,
            about=about,
        )


def _names(node: Mapping) -> Iterator[Scalar]:
    listed = node.get("ignore")
    for name in listed.nodes if isinstance(listed, Sequence) else [listed]:
        if isinstance(name, Scalar) and name.text:
            yield name


def _meant(name: str) -> Sentence:
    known = sorted({*IGNORABLE, *OTHER_NAMES})
    if get_close_matches(name, known, n=1):
        return suggestion(name, known)
    return sentence("All rules with their pages: publisher explain")
