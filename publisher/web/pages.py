"""Pages as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from publisher.timing.instants import to_local
from publisher.web.address import WebAddress
from publisher.web.languages import chosen, spoken
from publisher.web.reception import Reception
from publisher.web.visit import Visit, WebPage
from publisher.web.words import LANGUAGES, NATIVE_NAMES, PageWords

_FOLDER = Path(__file__).parent / "pages"
_STYLE = (_FOLDER / "site.css").read_bytes()
_LOCALES = {"en": "en_GB"}
_MAIL = re.compile("([eE])-([mM]ail)")


class PageWriter:
    """Makes HTML of pages, which are at this public address."""

    def __init__(self, reception: Reception, address: WebAddress) -> None:
        self._reception = reception
        self._prefix = address.prefix
        self._privacy = address.privacy
        self._engine = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._engine.filters["quoted"] = partial(quote, safe="/")

    @property
    def style(self) -> bytes:
        """The style sheet of all pages."""
        return _STYLE

    def html(self, page: WebPage, visit: Visit) -> str:
        """The whole page."""
        office, language = self._reception.office, visit.words.language
        return self._engine.get_template(f"{page.template}.html.j2").render(
            **page.values,
            say=partial(_said, visit.words),
            language=language,
            office=office,
            prefix=self._prefix,
            privacy=self._privacy,
            here=f"{self._prefix}{visit.address}",
            is_public=page.is_public,
            style=sha256(_STYLE).hexdigest()[:12],
            switches=self._switches(visit),
            native_names=NATIVE_NAMES,
            languages=LANGUAGES,
            titled=lambda name: self._titled(name, language),
            in_words=lambda texts: chosen(texts, language),
            worded=lambda texts, otherwise="": _worded(texts, language, otherwise=otherwise),
            day_of=lambda moment: self._day(moment, language),
        )

    def _titled(self, name: str, language: str) -> Markup:
        """What a list is called, marked as the language that it is in; readers in a file know the office alone."""
        known = [self._reception.ledger.lists.get(one) for one in self._reception.lists_of(name) if one]
        titles = [_worded(one.title, language, otherwise=one.name) for one in known if one is not None]
        return Markup(", ").join(titles) if titles else escape(self._reception.office.name)

    def _switches(self, visit: Visit) -> list[Mapping[str, Any]]:
        """The same page in each language; what stands in its address stays."""
        kept = [(name, value) for name, value in visit.query if name not in ("lang", "saved")]
        return [
            {
                "code": code,
                "name": name,
                "link": f"{self._prefix}{visit.address}?{urlencode([*kept, ('lang', code)])}",
                "is_current": code == visit.words.language,
            }
            for code, name in NATIVE_NAMES.items()
        ]

    def _day(self, moment: datetime, language: str) -> str:
        local = to_local(moment, self._reception.office.timezone)
        return str(format_date(local.date(), format="long", locale=_LOCALES.get(language, language)))


def _said(words: PageWords, key: str, **parts: str) -> Markup:
    """Words with their holes filled, all of it as text: nobody's name is HTML. No line ends within “e-mail”."""
    text = _MAIL.sub("\\1\u2011\\2", words.texts[key])
    return Markup(escape(text)).format(**parts)  # noqa: S704  escaped, and so are the parts


def _worded(texts: Mapping[str, str], language: str, *, otherwise: str) -> Markup:
    """Words of the office, marked where they are in another language than the page (WCAG 3.1.2)."""
    found = spoken(texts, language)
    words = escape(texts.get(found) or otherwise)
    if found in ("", "*", language):
        return words
    return Markup('<span lang="{}">{}</span>').format(found, words)
