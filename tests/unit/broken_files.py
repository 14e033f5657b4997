"""Files that nobody would write: any bytes, pieces of schedules in any order, and edits of a real file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

FILE = Path(__file__).parents[2] / "schedules.yaml"

PIECES = st.sampled_from(
    [
        *("version: 1\n", "project:", "defaults:", "channels:", "events:", "posts:", "digests:", "blackouts:"),
        *("\n", "\n  ", "\n    ", "- ", ": ", " #", "#a", "[", "]", "{", "}", ",", '"', "'", "|", ">", "&a", "*a"),
        *("!b", "%", "@", "`", "?", "\t", "\u00a0", "\u200b", "“", "”", "id: a", "when: 2027-05-11", "title: T"),
        *("to: [x]", "send: every day at 09:00", "text: X", "{ pl: a, b }", "<<: x", "---", "...", "~", "null", "🎉"),
        *("type: email", "x:", "hours: 9-16", "languages: [no]", "if_late: yes", "\\", '"\\e"', "\r", "\r\n"),
        *("– ", "-a", "11.05.2027", "2 PM", "text: a: b", "text: a #b", "tags: #a", "=====", "```", "id: a,", "!!a "),
    ]
)


def any_bytes() -> st.SearchStrategy[bytes]:
    """Bytes, texts, and pieces of schedules."""
    pieces = st.lists(PIECES, max_size=40).map("".join).map(str.encode)
    return st.binary(max_size=400) | st.text(max_size=200).map(str.encode) | pieces


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """A text in which one to three places were overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = draw(st.integers(begin, min(len(text), begin + 30)))
        text = text[:begin] + draw(PIECES | st.just("")) + text[end:]
    return text
