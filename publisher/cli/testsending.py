"""``publisher test-send``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say
from publisher.errors import SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.testsend import Sample


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("test-send")(send_test)


def send_test(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="An id or a key; of an id the next mailing is taken.")],
    *,
    to: Annotated[str, typer.Option("--to", help="The one address that gets it.")],
    channel: Annotated[str, typer.Option(help="Only as this channel sends it.")] = "",
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Only in this language; may be repeated.")] = None,
) -> None:
    """Send a mail to one address to look at it, by the real server, with a marked subject. Counts nowhere."""
    from publisher.channels.addresses import masked
    from publisher.testsend import Sampler, Wish

    options: Globals = context.obj
    app = options.app()
    address = _address(app, to)
    schedule, _ = app.schedule()
    sampler = Sampler(app, schedule)
    for planned in sampler.planned(Wish(name=name, channel=channel)):
        samples = list(sampler.samples(planned, to=address, languages=lang or ()))
        sampler.send(samples, connect=app.connect)
        _tell(samples, to=masked(address))


def _address(app: App, to: str) -> str:
    """In its normal form. Raises `SettingsError` for what is none, and for somebody who wants no mail at all."""
    from publisher.ledger.listrecords import EVERY_LIST
    from publisher.newsletter.validity import BadAddress, normal_address

    try:
        address = normal_address(to.strip())
    except BadAddress as error:
        raise SettingsError(
            f"this is no address: {error.reason}", subject="--to", remedy="write one address, like office@example.org"
        ) from None
    if (ledger := app.existing_ledger()) is not None:
        with closing(ledger):
            stands = ledger.suppressions.holding(app.list_key.hash_of(address), list_name=EVERY_LIST)
        if stands is not None:
            reason = f"nothing may be sent there since {stands.since:%Y-%m-%d}: {stands.reason}"
            raise SettingsError(reason, subject="--to", remedy="take another address")
    return address


def _tell(samples: Sequence[Sample], *, to: str) -> None:
    for one in samples:
        say(f"sent to {to}: {one.planned.key} ({one.language}), {len(one.payload.body) / 1000:.1f} kB")
        for problem in one.problems:
            say(f"  {problem.severity}: {problem.message}  [{problem.code}]")
