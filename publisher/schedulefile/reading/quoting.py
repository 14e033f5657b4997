"""Text put in quotes, so that YAML takes it as it is."""

from __future__ import annotations

import re

_KEY_BEFORE = re.compile(r"(?P<name>[^\s:{\[,\"'#][^:{\[,\"'#]*):[ \t]+$")


def in_quotes(value: str) -> str:
    """The text in quotes; single ones when it holds what double ones give a meaning to. Can be pasted."""
    plain = value.strip()
    if '"' in plain or "\\" in plain:
        return "'" + plain.replace("'", "''") + "'"
    return f'"{plain}"'


def quoted_value(line: str, column: int) -> str:
    """The name and value of a line, the value put in quotes. Can be pasted."""
    return name_before(line[:column]) + in_quotes(value_at(line, column))


def value_at(line: str, column: int) -> str:
    """The value that begins here; within brackets it goes up to the next comma or bracket."""
    before, value = line[:column], line[column:]
    if before.count("{") > before.count("}") or before.count("[") > before.count("]"):
        value = re.split(r"[,\]}]", value, maxsplit=1)[0]
    return without_remark(value).rstrip()


def without_remark(value: str) -> str:
    """The value without a remark behind it; “ #word” is a hashtag and no remark."""
    return re.split(r"\s#(?=\s|$)", value, maxsplit=1)[0]


def name_before(before: str) -> str:
    """The name and colon that a line has in front of its value, or nothing."""
    found = _KEY_BEFORE.search(before)
    return f"{found['name'].removeprefix('- ').strip()}: " if found else ""
