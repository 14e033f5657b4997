"""Which language a text is in, told from the small words that only one of the seven has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from publisher.render.texts import language_name
from publisher.sentences import Sentence

_SMALL: Mapping[str, str] = {
    "pl": "i w na z do się jest że od dla oraz jak przez przy ich po za są nie czy który która które ze już nas nad",
    "en": "the and of to is are with for from on this that by at will be our you your who what how we it as have",
    "fi": "ja on että kun sekä ovat tai mutta myös joka jossa jotka ei hän se me te mukaan kanssa miten tervetuloa",
    "de": "und der die das ist mit für auf ein eine einer von zu den dem im wie wir sie nicht auch werden über aus bei",
    "es": "el los las y del una con para por que se cómo su al es nuestro nuestra más como sobre desde",
    "ca": "els les i del una amb per que es com seu al és nostre nostra més sobre des dels pel als",
    "fr": "le les et des du une avec pour par qui se dans est notre nos plus sur aux au vous nous ce cette",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _small in _WORDS.items():
    for _word in _small:
        _LANGUAGES.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH, _SURE, _FAR_MORE = 4, 3, 5


def foreign(text: str, language: str) -> Sentence | None:
    """The language that a text seems to be in instead; None when it may well be in its own, or nobody can tell."""
    words = _WORD.findall(text.casefold())
    if language not in _WORDS or len(words) < _ENOUGH:
        return None
    hits = Counter(code for word in words for code in _LANGUAGES.get(word, ()))
    if not hits:
        return None
    best = max(hits, key=lambda code: hits[code])
    return language_name(best) if hits[best] >= max(_SURE, _FAR_MORE * hits[language]) else None


def is_prose(text: str, language: str) -> bool:
    """Whether a text has small words of its language: no mere name or list of names."""
    return any(word.casefold() in _WORDS.get(language, ()) for word in _WORD.findall(text))
