"""The schedule file of an office whose daemon is killed: for `killing.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

#: Parts of a thread; every third post is one.
PARTS = 3
_THREADED = 3

HEAD = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: UTC, languages: [en], if_late: skip after 6 hours }
channels:
  twitter:  { account: "@office" }
  facebook: { account: office }
  news:     { type: email, audience: readers, on_unknown: ON_UNKNOWN }
audiences:
  readers: { list: readers.csv, basis: consent }
posts:
"""


def post_of(number: int, at: datetime, *, to: Iterable[str]) -> str:
    """Its entry. Every third is a thread on X; every second has a link."""
    link = f" https://example.org/news/{number}" if number % 2 else ""
    words = f"News number {number}: all is well{link}"
    more = [f"News number {number}, part {part}: all is well" for part in range(2, PARTS + 1)]
    lines = "\n        ---\n".join(f"        {part}" for part in [words, *(more if is_thread(number) else [])])
    return (
        f"  - id: post-{number}\n    send: {at:%Y-%m-%d %H:%M}\n    to: [{', '.join(to)}]\n"
        f"    text:\n      en: |\n{lines}\n"
    )


def is_thread(number: int) -> bool:
    """Whether this post has several parts."""
    return number % _THREADED == 0
