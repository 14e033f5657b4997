"""``publisher web``: the pages for readers."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, say, warn
from publisher.cli.stopping import signals
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.ledger.ledger import Ledger


_BUSY_SECONDS = 40  # less than a request may take


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(web)


def web(
    context: typer.Context,
    *,
    host: Annotated[
        str, typer.Option(help="Where to listen; stay on this computer, behind a web server.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port.", min=0, max=65535)] = 8025,
) -> None:
    """Serve the pages on which readers subscribe, change their settings, unsubscribe, and read what was sent."""
    from publisher.logs import configure
    from publisher.web.address import SETTINGS, read_address, read_proxies
    from publisher.web.opening import opened
    from publisher.web.serving import Service, listen, serve

    options: Globals = context.obj
    configure(level=logging.DEBUG if options.verbose else logging.INFO, redact=options.redactor())
    app, stop = replace(options, database=patient(options.database)).app(), threading.Event()
    settings = app.settings_of(SETTINGS)
    proxies, address = read_proxies(settings), read_address(settings)
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(app.open_ledger()))
        pages = stack.enter_context(opened(app, ledger))
        sock = stack.enter_context(closing(listen(host, port)))
        stack.enter_context(signals(stop))
        _warn_about_gaps(app, ledger)
        shown = f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}"
        ready = f"The pages for readers are at {shown}, for everybody at {address.base}; stop with Ctrl-C."
        serve(pages, Service(sock=sock, proxies=proxies, stop=stop, ready=lambda: say(ready)))
    say("The pages for readers have stopped.")


def patient(database: str) -> str:
    """The same ledger, waited for longer: an import may hold it, and nobody's click should be lost for that."""
    is_file, has_own = database.startswith("sqlite:"), "timeout=" in database
    return database if has_own or not is_file else f"{database}{'&' if '?' in database else '?'}timeout={_BUSY_SECONDS}"


def _warn_about_gaps(app: App, ledger: Ledger) -> None:
    """What readers will miss."""
    from publisher.web.office import Offices
    from publisher.web.postman import Postman

    offices = Offices(app, ledger)
    try:
        app.connect(Postman(app, offices).channel(offices.now())).close()
    except PublisherError as error:
        warn(f"publisher: nobody can confirm a subscription: {error}")
    if not any(one.is_public for one in ledger.lists.all()):
        warn("publisher: no list is open to sign-ups → publisher lists edit NAME --public (or: lists create)")
