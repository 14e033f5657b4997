"""Funding is named as the profile asks for: every word and every address here comes from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model import Card, Digest, Event, Form, Severity
from publisher.rules.colours import hexadecimal
from publisher.rules.copy import Complaint, Copy, Sheet
from publisher.rules.page import Image, TextPiece
from publisher.rules.registry import rule, sheet_rule
from publisher.sentences import sentence, verbatim
from publisher.timing.spoken import spoken_day

_MAIL, _POST = (Form.MAIL,), (Form.POST,)
_EMBLEM = "cid:emblem"
_FIRST_SCREEN = 600
"""Characters of text before the emblem: more, and a telephone has to be scrolled."""


@rule("fund-statement", forms=_MAIL)
def the_statement_is_there(copy: Copy) -> Iterator[Complaint]:
    """In the HTML part and in the plain text, spelled out."""
    if not copy.statement:
        yield Complaint(
            sentence(
                "The funding profile “{profile}” has no statement in {code}.",
                profile=copy.profile.id,
                code=copy.language,
            ),
            sentence("Add it to the profile."),
        )
        return
    parts = ((copy.page.text, sentence("HTML")), (copy.draft.text, sentence("plain text")))
    for text, part in parts:
        if _plain(copy.statement) not in _plain(text):
            yield Complaint(
                sentence("The {part} of the mail does not name the funding.", part=part),
                sentence(
                    "Put  {{{{ funding.statement }}}}  into the template, or end it with  {{{{ footer_text() }}}}."
                ),
            )


@rule("fund-reference", forms=_MAIL)
def the_fund_is_named(copy: Copy) -> Iterator[Complaint]:
    """The fund itself, beside the Union."""
    names = copy.profile.fund.get(copy.language, ())
    text = _plain(copy.page.text)
    if names and not any(_plain(name) in text for name in names):
        yield Complaint(
            sentence("The mail does not name the fund: {fund}.", fund=names[0]),
            sentence("Name it in the template or in the statement of the profile."),
        )


@rule("fund-social", forms=_POST)
def posts_name_the_funding(copy: Copy) -> Iterator[Complaint]:
    """In the text, on the picture, or on the page that it links to."""
    source, project = copy.announcement.source, copy.announcement.project
    picture = None if isinstance(source, Digest) else source.picture
    if (picture is not None and picture.shows_emblem) or any(_names_funding(one.card) for one in copy.draft.media):
        return
    if copy.statement and _plain(copy.statement) in _plain(copy.draft.text):
        return
    pages = [*copy.profile.links, *filter(None, [project.link])]
    is_linked = any(_leads_to(page, copy.draft.text) or _leads_to(page, copy.draft.link) for page in pages)
    if is_linked and copy.profile.rules.get("fund-social") is not Severity.ERROR:
        return
    yield Complaint(
        sentence("Neither the text nor the picture names the funding."),
        sentence("Put  {{{{ funding.statement }}}}  into the template, or say  contains_emblem: yes  of its picture."),
    )


@rule("emblem-present", forms=_MAIL)
def the_emblem_is_shown(copy: Copy) -> Iterator[Complaint]:
    """The very file of the profile: nobody may redraw, recolour or merge it."""
    if copy.profile.emblem is not None and not _emblems(copy):
        yield Complaint(
            sentence("The mail does not show the emblem of the funding."),
            sentence('Put  <img src="{{{{ emblem.source }}}}" alt="…" height="40">  into the template.'),
            words="<img",
        )


@rule("emblem-size", forms=_MAIL)
def no_logo_is_bigger(copy: Copy) -> Iterator[Complaint]:
    """Each logo is at most as high as the emblem."""
    emblems = _emblems(copy)
    height = max((image.height for image in emblems), default=0)
    for image in copy.page.images:
        if (
            emblems
            and image not in emblems
            and "logo" in f"{image.alt} {image.source}".casefold()
            and image.height > height
        ):
            yield Complaint(
                sentence(
                    "The logo “{alt}” is {height} pixels high, the emblem only {emblem}.",
                    alt=image.alt or image.source,
                    height=image.height,
                    emblem=height,
                ),
                sentence("Make the logo smaller or the emblem bigger: it must be as high as the highest logo."),
                words=image.source,
            )


@rule("emblem-first-screen", forms=_MAIL)
def the_emblem_is_seen_at_once(copy: Copy) -> Iterator[Complaint]:
    """Without scrolling."""
    emblems = _emblems(copy)
    if emblems and min(image.before for image in emblems) > _FIRST_SCREEN:
        yield Complaint(
            sentence("The emblem stands so far down that nobody sees it without scrolling."),
            sentence("Put it at the head of the mail."),
            words="emblem.source",
        )


@rule("one-logo", forms=_MAIL)
def the_programme_has_no_second_logo(copy: Copy) -> Iterator[Complaint]:
    """The project's logo holds that of the programme already."""
    logos = [image for image in copy.page.images if "logo" in (image.alt or "").casefold()]
    marked = [image for image in logos if _is_marked(image, copy.profile.other_marks)]
    if marked and len(logos) > len(marked):
        yield Complaint(
            sentence("“{alt}” stands beside the logo of the project, which holds it already.", alt=marked[0].alt or ""),
            sentence("Take the logo of the programme out."),
            words=marked[0].source,
        )


@rule("no-other-eu-brand", forms=_MAIL)
def no_other_mark_of_funding(copy: Copy) -> Iterator[Complaint]:
    """The emblem alone says that the Union pays."""
    for image in copy.page.images:
        if _is_marked(image, copy.profile.other_marks) and "logo" not in (image.alt or "").casefold():
            yield Complaint(
                sentence("“{alt}” is another mark of funding beside the emblem.", alt=image.alt or ""),
                sentence("Take it out: no other mark may show the Union's support."),
                words=image.source,
            )


@rule("statement-style", forms=_MAIL)
def the_statement_is_set_plainly(copy: Copy) -> Iterator[Complaint]:
    """Upright, not underlined, in one of the fonts and colours that are allowed."""
    wanted = _plain(copy.statement)
    for piece in copy.page.pieces:
        if wanted and wanted in _plain(piece.text) and (fault := _fault(piece, copy)):
            yield Complaint(
                sentence("The statement about the funding is set in {style}.", style=verbatim(fault)),
                sentence(
                    "Set it upright, in {fonts}, in {colours}.",
                    fonts=", ".join(copy.profile.fonts) or "-",
                    colours=", ".join(copy.profile.colours) or "-",
                ),
                words="funding.statement",
            )


def _fault(piece: TextPiece, copy: Copy) -> str:
    style = piece.style
    if style.is_italic or style.is_underlined:
        return "italics" if style.is_italic else "underline"
    first = style.family.split(",")[0].strip(" '\"")
    fonts = {font.casefold() for font in copy.profile.fonts}
    if fonts and first and first.casefold().removesuffix(" ms") not in fonts:
        return first
    colours = {hexadecimal(colour) for colour in copy.profile.colours}
    colour = hexadecimal(style.colour)
    return style.colour if colours and colour and colour not in colours else ""


@rule("project-link", forms=_MAIL)
def the_programme_is_linked(copy: Copy) -> Iterator[Complaint]:
    """The page about the project, at the programme or one's own."""
    project = copy.announcement.project
    pages = [*copy.profile.links, *filter(None, [project.link])]
    targets = " ".join(link.target for link in copy.page.links)
    if not any(_leads_to(page, targets) for page in pages):
        yield Complaint(
            sentence("The mail links neither to the page of the project nor to that of the programme."),
            sentence("Add  link: https://…  to “project”."),
        )


@rule("programme-mention", forms=_POST)
def the_programme_is_mentioned(copy: Copy) -> Iterator[Complaint]:
    """An account or hashtag of the programme, so that it can pass the post on."""
    wanted = copy.profile.mentions
    if wanted and not any(re.search(rf"[@#]{re.escape(name)}\b", copy.draft.text, re.IGNORECASE) for name in wanted):
        yield Complaint(
            sentence("The post does not mention the programme."),
            sentence("Add  {names}  to the hashtags of the project.", names=", ".join(wanted)),
        )


@rule("own-page-link", forms=_POST)
def the_same_stands_on_an_own_page(copy: Copy) -> Iterator[Complaint]:
    """Whoever can't use the platform must find the same elsewhere."""
    if "://" not in copy.draft.text and not copy.draft.link:
        yield Complaint(
            sentence("The post links to no page: whoever can't use the platform has no other way to the same words."),
            sentence("Add  link: …  to a page of your own that says the same."),
            field="text",
        )


@sheet_rule("profile-period", Severity.WARNING)
def the_programme_is_under_way(sheet: Sheet) -> Iterator[Complaint]:
    """An event outside the period of the programme that is said to pay for it."""
    profile, source = sheet.schedule.project.profile, sheet.entry.source
    if not isinstance(source, Event) or profile.first is None or profile.last is None:
        return
    if not profile.first <= source.when.first <= profile.last:
        yield Complaint(
            sentence(
                "The event is on {day}; “{profile}” ran from {first} to {last}.",
                day=spoken_day(source.when.first),
                profile=profile.id,
                first=profile.first,
                last=profile.last,
            ),
            sentence("Choose another profile under  project: funding."),
            field="when",
        )


# --- pieces -------------------------------------------------------------------------------------------------


def _emblems(copy: Copy) -> list[Image]:
    """The pictures in the mail that are the emblem of the profile, on the white plate that belongs to it."""
    shown = copy.draft.logos.get("emblem")
    return [image for image in copy.page.images if shown is not None and image.source == _EMBLEM]


def _names_funding(card: Card | None) -> bool:
    """Whether a card that is drawn shows the emblem with its words."""
    return card is not None and bool(card.emblem and card.statement)


def _is_marked(image: Image, marks: tuple[str, ...]) -> bool:
    return any(mark.casefold() in (image.alt or "").casefold() for mark in marks)


def _leads_to(page: str, text: str) -> bool:
    """Whether a link in the text leads to this page or one below it, with or without www."""
    bare = re.sub(r"^https?://(?:www\.)?", "", page).rstrip("/")
    return re.search(rf"https?://(?:www\.)?{re.escape(bare)}(?![\w.-])", text) is not None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
