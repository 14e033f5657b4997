"""Which language a reader gets when theirs is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_ENGLISH = "en"
_NEAREST: Mapping[str, tuple[str, ...]] = MappingProxyType({"ca": ("es",), "gl": ("es",), "eu": ("es",), "oc": ("fr",)})
"""Languages whose speakers nearly all read another one better than English."""

NOTHING_FURTHER: Mapping[str, Sequence[str]] = MappingProxyType({})


def chain(language: str, further: Mapping[str, Sequence[str]] = NOTHING_FURTHER) -> tuple[str, ...]:
    """The languages to try for a reader, best first: ``ca`` gives ``ca``, ``es``, ``en``.

    ``further`` is what a channel says (its ``fallback``); that goes before what is built in.
    """
    if not language:
        return ()
    near = [*further.get(language, ()), *_NEAREST.get(language, ())]
    return tuple(dict.fromkeys([language, *near, _ENGLISH]))


def choose(language: str, available: Sequence[str], further: Mapping[str, Sequence[str]] = NOTHING_FURTHER) -> str:
    """The language in which a reader is written to: the first of the chain that is there, else the channel's first.

    ``available`` are languages that have words, at least one; a variant (``pt-BR``) does for its language.
    """
    if language in available:
        return language
    known = {code.partition("-")[0]: code for code in reversed(available)} | {code: code for code in available}
    return next((known[code] for code in chain(language, further) if code in known), available[0])
