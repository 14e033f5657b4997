"""Every message has its words in Polish, and they fit the English ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import publisher

ROOT = Path(publisher.__file__).parent
PO = ROOT / "translations" / "pl.po"
#: The functions that make a sentence, with the positions of their patterns, as `make messages` knows them.
MAKERS = {"sentence": (1,), "counted": (1, 2)}
#: A pattern has words when letters or English quotes are left without its parts.
WORDS = re.compile(r"[^\W\d_]|[“”]")
FORMS = 3


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="pl")


@cache
def in_the_code() -> Catalog:
    """What `make messages` finds, in its order."""
    found = Catalog()
    patterns = {forms(pattern) for _, _, pattern, _, _ in extract_from_dir(ROOT, keywords=MAKERS)}
    for pattern in sorted(patterns):
        found.add(pattern if len(pattern) > 1 else pattern[0])
    return found


def forms(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def parts(pattern: str) -> set[tuple[str, str]]:
    """The placeholders of a pattern, each with the format that it asks for."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(pattern) if name is not None}


def in_both(message: Message) -> Iterator[tuple[str, str]]:
    """The English and the Polish form for one, then those for many."""
    english, polish = forms(message.id), [words for words in forms(message.string) if words]
    return zip_longest(english, polish, fillvalue=english[-1])


def has_words(message: Message) -> bool:
    return any(WORDS.search(text) for pattern in forms(message.id) for text, *_ in Formatter().parse(pattern))


def calls() -> Iterator[tuple[str, list[ast.expr]]]:
    """What is given to each call that makes a sentence, with the place where it stands."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.func.id}", node.args


def is_literal(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str)


MESSAGES = [message for message in catalogue() if message.id]


def test_every_message_of_the_program_has_polish_words() -> None:
    said = {message.id for message in MESSAGES if all(forms(message.string))}
    assert [one.id for one in in_the_code() if one.id and has_words(one) and one.id not in said] == []


def test_no_words_are_kept_for_a_message_that_is_gone() -> None:
    used = {message.id for message in in_the_code()}
    assert [message.id for message in MESSAGES if message.id not in used] == []
    assert not catalogue().obsolete


def test_patterns_are_literal_texts() -> None:
    found = list(calls())
    assert len(found) > len(MESSAGES) / 2
    wrong = [place for place, given in found if not all(map(is_literal, given))]
    wrong += [place for place, given in found if len(given) != len(MAKERS[place.rpartition(" ")[2]])]
    assert wrong == []


def test_both_languages_have_the_same_parts() -> None:
    pairs = [pair for message in MESSAGES for pair in in_both(message)]
    assert len(pairs) > len(MESSAGES) / 2
    assert [pair for pair in pairs if parts(pair[0]) != parts(pair[1])] == []


def test_what_is_counted_has_all_polish_forms() -> None:
    assert catalogue().num_plurals == FORMS
    counted = [message for message in MESSAGES if message.pluralizable and has_words(message)]
    assert [message.id for message in counted if len([words for words in message.string if words]) != FORMS] == []


def test_no_words_are_a_guess() -> None:
    assert [message.id for message in MESSAGES if message.fuzzy] == []


def test_gathering_the_messages_again_changes_nothing() -> None:
    known, written = catalogue(), BytesIO()
    known.update(in_the_code(), no_fuzzy_matching=True)
    write_po(written, known, width=0, ignore_obsolete=True)
    before, after = (text.partition("\n\n")[2].strip() for text in (PO.read_text(), written.getvalue().decode()))
    assert after == before


def test_polish_quotes_come_in_pairs() -> None:
    typographic = "Znaki „ “ ” to cudzysłowy drukarskie: dla YAML to zwykłe litery."
    told = {words for message in MESSAGES for words in forms(message.string)} - {typographic}
    assert [words for words in told if words.count("„") != words.count("”") or "“" in words] == []
