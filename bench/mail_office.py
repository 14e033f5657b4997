"""An office with a newsletter of 40 kB in German and Polish, and as many readers as wanted: for the benches of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.model import Reader

LEDGER = Path("var", "publisher.db")
"""Where the command keeps the ledger if nothing else is said."""

LANGUAGES = ("de", "pl")

_SCHEDULE = """\
version: 1
project: { name: Office, link: "https://example.org", contact: { name: Biuro projektu, email: office@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [de, pl], approval: none, if_late: skip after 4000 days }
channels:
  news: { type: email, audience: readers, on_unknown: ON_UNKNOWN }
audiences:
  readers: { list: readers.csv, basis: consent }
posts:
  - id: letter
    send: 2026-01-01 10:00
    to: [news]
    template: newsletter
    text: { de: Neues, pl: Nowości }
"""
_ABOUT = "what: A long newsletter.\ntrue: always\n"
_HELLO = {"de": "Guten Tag", "pl": "Dzień dobry"}
_SUBJECT = {
    "de": "Nachrichten für die Regionen: Förderung, Termine, Beschlüsse",
    "pl": "Wieści dla regionów: nabory, terminy, postępy prac",
}
_WORDS = {
    "de": "Über die neuen Förderbeträge für öffentliche Gebäude entscheidet der Ausschuß im März; die Träger können "
    "ihre Unterlagen bis dahin elektronisch einreichen und erhalten eine Rückmeldung für jeden Abschnitt. Für Fragen "
    "zur Prüfung der Anträge stehen die Geschäftsstellen in allen Regionen täglich zur Verfügung.",
    "pl": "Zarząd województwa przyjął założenia nowego naboru na termomodernizację szkół; wnioski można składać "
    "elektronicznie do końca marca, a każdy odcinek prac będzie oceniany osobno. Na pytania odpowiadają biura we "
    "wszystkich powiatach, także w sprawie rozliczeń i zaświadczeń.",
}
_PARAGRAPHS = {"de": 21, "pl": 23}
_ROW = """\
<tr><td class="label">{hello} {number}</td>
<td class="value"><a href="https://example.org/news/{number}">example.org/news/{number}</a></td></tr>
"""
_ROWS = 14
_TEMPLATE = """\
{{% from "_parts/mail.j2" import footer_text, regards, regards_text with context %}}
{{% block subject %}}{subject}{{% endblock %}}
{{% block preheader %}}{hello}{{% endblock %}}
{{% block body %}}
<h1>{subject}</h1>
<p>{hello}{{% if reader.name %}} {{{{ reader.name }}}}{{% endif %}},</p>
{html}
{{{{ regards() }}}}
{{% endblock %}}
{{% block text %}}
{subject}

{hello}{{% if reader.name %}} {{{{ reader.name }}}}{{% endif %}},

{text}

{{{{ regards_text() }}}}

{{{{ footer_text() }}}}
{{% endblock %}}
"""

_FIRST = ("Anna", "Piotr", "Łukasz", "Jürgen", "Maria", "Thomas", "Małgorzata", "Karin", "Jan", "Peter")
_LAST = ("Kowalska", "Schmidt", "Nowak", "Weber", "Wagner", "Zielinska", "Fischer")


def write_office(folder: Path, *, on_unknown: str) -> None:
    """Schedule file and templates; the list has one reader, because the others stand in the ledger already."""
    templates = folder / "templates" / "newsletter"
    templates.mkdir(parents=True)
    (folder / LEDGER).parent.mkdir()
    (folder / "schedules.yaml").write_text(_SCHEDULE.replace("ON_UNKNOWN", on_unknown), encoding="utf-8")
    (folder / "readers.csv").write_text("email,name,language\nanna@example.org,Anna,de\n", encoding="utf-8")
    (templates / "about.yaml").write_text(_ABOUT, encoding="utf-8")
    (templates / "social.j2").write_text("{{ post.text }}\n", encoding="utf-8")
    for language in LANGUAGES:
        (templates / f"email.{language}.j2").write_text(_template(language), encoding="utf-8")


def readers(count: int) -> Iterator[Reader]:
    """So many people; no two have the same name, and three names in ten are not ASCII."""
    for number in range(count):
        name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]} {number}"
        yield Reader(address=f"reader-{number}@example.org", name=name, language=LANGUAGES[number % 2])


def _template(language: str) -> str:
    hello, paragraphs = _HELLO[language], [f"{number}. {_WORDS[language]}" for number in range(_PARAGRAPHS[language])]
    rows = "".join(_ROW.format(hello=hello, number=number) for number in range(_ROWS))
    html = (
        "\n".join(f"<p>{words}</p>" for words in paragraphs)
        + f'<table role="presentation" class="facts">{rows}</table>'
    )
    return _TEMPLATE.format(subject=_SUBJECT[language], hello=hello, html=html, text="\n\n".join(paragraphs))
