"""The words of a mailing go into the archive of its public lists when it begins: without anything of one reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import structlog

from publisher.composing import SAMPLE_ADDRESS, Composer
from publisher.delivery.desk import Desk
from publisher.errors import PublisherError
from publisher.ledger.archive import ArchivedMail
from publisher.ledger.records import Delivery
from publisher.model import Channel, Reader
from publisher.newsletter.archiving import archived
from publisher.newsletter.keys import ListKey
from publisher.newsletter.links import Links
from publisher.newsletter.listfacts import archived_lists
from publisher.personal import SAMPLE_TOKEN
from publisher.schedulefile.schedule import Entry

_OF_ONE_READER = re.compile(rf"(https?://[^\s\"'<>]+)/[up]/{SAMPLE_TOKEN}")

_log = structlog.get_logger("publisher.delivery")


def keep(desk: Desk, delivery: Delivery, *, entry: Entry, channel: Channel, composer: Composer) -> None:
    """Put the mailing into the archive in every language of its channel; what is there already stays as it is.

    That an archive lacks something keeps nobody's mail from going out.
    """
    names = archived_lists(composer.schedule.audiences[channel.audience])
    public = [name for name in names if (found := desk.ledger.lists.get(name)) is not None and found.is_public]
    if not public:
        return
    try:
        for mail in _mails(desk, delivery, entry=entry, channel=channel, composer=composer):
            for name in public:
                desk.ledger.archive.keep(without_reader(replace(mail, list=name), key=desk.list_key()))
    except PublisherError as error:
        _log.warning("not archived", key=delivery.key, reason=str(error))


def _mails(
    desk: Desk, delivery: Delivery, *, entry: Entry, channel: Channel, composer: Composer
) -> Iterator[ArchivedMail]:
    """One for each language, written to nobody."""
    now = desk.clock.now()
    for language in channel.languages:
        nobody = Reader(address=SAMPLE_ADDRESS, language=language)
        made = composer.compose(delivery, entry, channel=channel, language=language, reader=nobody)
        yield archived(made.payload.body, key=delivery.key, list_name="", language=language, sent_at=now)


def without_reader(mail: ArchivedMail, *, key: ListKey) -> ArchivedMail:
    """The links that would act for one reader lead to the form for everybody."""

    def for_everybody(found: re.Match[str]) -> str:
        return Links(found[1], key).subscribe(mail.list)

    return replace(
        mail,
        text=_OF_ONE_READER.sub(for_everybody, mail.text),
        html=_OF_ONE_READER.sub(for_everybody, mail.html),
    )
