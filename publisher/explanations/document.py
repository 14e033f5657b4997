"""The whole catalogue as one page in Markdown: ``docs/problems.md``, and ``docs/problems.pl.md`` in Polish."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from publisher.explanations import Explanation, codes, explanation

FILES = {"en": "problems.md", "pl": "problems.pl.md"}
"""The name of the page in each language; all of them have the same headings, so that links hold in each."""

_HEADS = {
    "en": """\
# Problems

What `publisher check` can say, by code; `publisher explain CODE` shows the same with whole examples. An **error** stops
the announcement that it is about, and nothing else, unless it stands in `project`, `defaults`, `blackouts` or the names
of the sections. A **warning** stops nothing; a person should look. **Info** is good to know.

This page is made from `publisher/explanations` (`make docs`). [Po polsku](problems.pl.md).
""",
    "pl": """\
# Problemy

Co może powiedzieć `publisher check`, według kodów; `publisher explain KOD` pokazuje to samo z całymi przykładami. Błąd
(**error**) zatrzymuje ogłoszenie, którego dotyczy, i nic poza tym, chyba że stoi w `project`, `defaults`, `blackouts`
albo w nazwie sekcji. Ostrzeżenie (**warning**) niczego nie zatrzymuje, ale ktoś powinien spojrzeć. Uwagę (**info**)
po prostu dobrze znać.

Ta strona powstaje z `publisher/explanations` (`make docs`). [In English](problems.md).
""",
}
_FIXED = {"en": "`publisher fix` mends this.", "pl": "`publisher fix` to naprawi."}
_SOURCE = {"en": "Source", "pl": "Źródło"}


def document(language: str) -> str:
    """The page in one language."""
    sections = ("\n\n".join(_section(explanation(code), language)) for code in codes())
    return "\n".join([_HEADS[language], *(f"{section}\n" for section in sections)])


def _section(page: Explanation, language: str) -> Iterator[str]:
    yield f"## {page.code}"
    yield f"**{', '.join(page.severities)}** · {page.title[language]}"
    yield page.text[language].strip()
    if page.is_fixed:
        yield _FIXED[language]
    if page.right:
        yield f"```diff\n{_change(page)}\n```"
    yield f"*{_SOURCE[language]}: {page.source[language].strip()}*"


def _change(page: Explanation) -> str:
    """Only the lines that differ: the whole files are shown by ``publisher explain``."""
    lines = difflib.ndiff(page.wrong.splitlines(), page.right.splitlines())
    return "\n".join(f"{line[0]} {line[2:]}" for line in lines if line[0] in "-+")
