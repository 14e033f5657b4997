"""The words of a mail: subject, preheader, HTML and text, from one template file with a block for each.

A file that extends a layout is the whole page. For one that does not, ``_layout/mail.j2`` of the template folders, or
else a plain page, is put around its block ``body``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from publisher.errors import TemplateBroken
from publisher.render.engine import Engine
from publisher.render.marks import without_marks
from publisher.render.templates import TemplateFile, TemplateFolders, shown
from publisher.render.texts import composed, one_line, paragraphs
from publisher.render.typography import bind_html
from publisher.sentences import sentence

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Template

_LAYOUT = "_layout/mail.j2"

_PLAIN_PAGE = """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ subject }}</title>
<style>
body { margin: 0; padding: 16px; font: 16px/1.5 sans-serif; }
.preheader { display: none; max-height: 0; overflow: hidden; }
.page { max-width: 600px; margin: 0 auto; }
</style>
</head>
<body>
<div class="preheader">{{ preheader }}</div>
<div class="page">
{{ body }}
</div>
</body>
</html>
"""


class MailWords(NamedTuple):
    """``subject`` and ``preheader`` are single lines of plain text, ``html`` a whole page with its styles inlined."""

    subject: str
    preheader: str
    html: str
    text: str


class MailWriter:
    """Makes the words of mails. What is plain text is made without escaping, what is HTML with it."""

    def __init__(self, folders: TemplateFolders, *, plain: Engine, escaping: Engine) -> None:
        self._folders = folders
        self._plain = plain
        self._escaping = escaping

    def words(self, file: TemplateFile, variables: Mapping[str, object]) -> MailWords:
        """Render one file; raises `TemplateBroken` for a missing block or an empty one that a mail can't do without."""
        known = {"subject": "", "preheader": "", "body": Markup(), **variables}
        blocks = self._plain.blocks(file, known)
        plain = {
            name: without_marks(self._plain.block(file, blocks, name)) for name in ("subject", "preheader", "text")
        }
        heads = {name: one_line(plain[name]) for name in ("subject", "preheader")}
        language = str(variables["language"])
        make_page = self._page_of_its_own if blocks.extends else self._common_page
        page = self._inlined(make_page(file, known | heads), language)
        words = MailWords(**heads, html=page, text=paragraphs(plain["text"]))
        for name in ("subject", "text"):
            if not getattr(words, name):
                raise _empty(file, name)
        return words

    def files(self, file: TemplateFile) -> tuple[str, ...]:
        """The names of the files that make this mail, as far as the template does not name them itself."""
        return (file.name,) if self._folders.resolve(_LAYOUT) is None else (file.name, _LAYOUT)

    def _page_of_its_own(self, file: TemplateFile, variables: Mapping[str, object]) -> str:
        self._body(file, variables)
        return self._escaping.text(file, variables)

    def _common_page(self, file: TemplateFile, variables: Mapping[str, object]) -> str:
        inner = {**variables, "body": self._body(file, variables)}
        layout = self._folders.resolve(_LAYOUT)
        if layout is None:
            return self._plain_page.render(inner)
        return self._escaping.text(TemplateFile(_LAYOUT, layout), inner)

    def _body(self, file: TemplateFile, variables: Mapping[str, object]) -> Markup:
        """The block `body`, made with escaping."""
        body = self._escaping.block(file, self._escaping.blocks(file, variables), "body")
        if not body.strip():
            raise _empty(file, "body")
        return Markup(body)  # noqa: S704  what came from variables is escaped in it

    def _inlined(self, page: str, language: str) -> str:
        return self._inliner.inline(bind_html(composed(without_marks(page)), language))

    @cached_property
    def _plain_page(self) -> Template:
        return self._escaping.compile(_PLAIN_PAGE)

    @cached_property
    def _inliner(self) -> CSSInliner:
        """Fetches nothing, neither from the network nor from the disk."""
        from css_inline import CSSInliner

        return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def _empty(file: TemplateFile, name: str) -> TemplateBroken:
    return TemplateBroken(
        sentence("The block “{name}” of the mail stays empty.", name=name),
        subject=shown(file.path),
        remedy=sentence("Write something into it, or check the conditions in it."),
        path=file.path,
        word=name,
    )
