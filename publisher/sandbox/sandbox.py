"""The sandbox: accounts, servers, and what came of it, in one object."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from publisher.errors import SettingsError
from publisher.interfaces import Clock
from publisher.model import Channel
from publisher.sandbox.accounts import MailAccount, XAccount
from publisher.sandbox.exchange import HUNG_UP
from publisher.sandbox.faults import SMTP_FAULTS, Fault
from publisher.sandbox.graph_api import GraphApi
from publisher.sandbox.page import Pages
from publisher.sandbox.publishing import Publishing
from publisher.sandbox.server import HOST, ServerThread, listening_socket
from publisher.sandbox.world import Mail, Posted, Received, World
from publisher.sandbox.x_api import XApi

_GRAPH_METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]


class Sandbox:
    """Stand-ins for X, Graph and a mail server on 127.0.0.1.

    Used as a context manager, or by `start` and `stop`. Times come from ``clock`` (aware UTC). Port 0 takes a free one.
    ``slow_seconds`` is how long `Fault.SLOW` takes. The ports are open from the start on; they end with `stop`.
    """

    def __init__(self, *, clock: Clock, http_port: int = 0, smtp_port: int = 0, slow_seconds: float = 1.0) -> None:
        self._http_socket = listening_socket(http_port)
        try:
            self._smtp_socket = listening_socket(smtp_port)
        except SettingsError:
            self._http_socket.close()
            raise
        self.http_url = f"http://{HOST}:{_port(self._http_socket)}"
        self._smtp_host = f"{HOST}:{_port(self._smtp_socket)}"
        self._world = World(clock, http_url=self.http_url)
        self._thread = ServerThread(self._world, self._http_socket, self._smtp_socket)
        publishing = Publishing(self._world, slow_seconds=slow_seconds)
        self._x = XApi(self._world, publishing)
        self._graph = GraphApi(self._world, publishing)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; returns when requests are answered. Raises `SettingsError`."""
        pages = Pages(self._world, inject=self.inject, reset=self.reset)
        everything = Route("/{path:path}", self._graph.answer, methods=_GRAPH_METHODS)
        graph = Starlette(routes=[everything], exception_handlers=HUNG_UP)
        self._thread.start(
            Starlette(routes=[Mount("/x", self._x.app()), Mount("/graph", graph), Mount("/", pages.app())])
        )

    def stop(self) -> None:
        """End every connection, hanging ones too. May be called twice."""
        self._thread.stop()

    @property
    def smtp_url(self) -> str:
        """The mail server without an account; a channel's own is in its `settings_for`."""
        return f"smtp://{self._smtp_host}"

    def settings_for(self, channel: Channel) -> dict[str, str]:
        """Settings by name (``CONSUMER_KEY``, ``PAGE_TOKEN``, ``SMTP_URL`` …) of the channel's account.

        The account is made when it is asked for first. Raises `SettingsError` for a type without a stand-in.
        """
        account = self._world.accounts.open(channel)
        where = self._smtp_host if isinstance(account, MailAccount) else self.http_url
        return account.settings(where)

    def oauth2_settings_for(self, channel: Channel) -> dict[str, str]:
        """The same for X by OAuth 2: ``CLIENT_ID CLIENT_SECRET REFRESH_TOKEN ENDPOINT``. Raises `SettingsError`."""
        account = self._world.accounts.open(channel)
        if not isinstance(account, XAccount):
            raise SettingsError("only X has OAuth 2 settings", subject=channel.id, remedy="use settings_for")
        return account.oauth2_settings(self.http_url)

    def posted(self, channel_id: str) -> list[Posted]:
        """What is public now, oldest first."""
        return self._world.posts(channel_id)

    def mails(self, channel_id: str | None = None) -> list[Mail]:
        """Every mail taken, oldest first, of one channel or of all; one that came twice is there twice."""
        return self._world.mails(channel_id)

    def requests(self, channel_id: str) -> list[Received]:
        """Every HTTP request, oldest first; those that named no known account are under an empty id."""
        return self._world.requests(channel_id)

    def counts(self) -> dict[str, int]:
        """Public posts and mails by channel."""
        return self._world.counts()

    def inject(self, channel_id: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let the next ``times`` publishing calls of a channel fail, once ``after`` have gone through.

        Raises `SettingsError` for a fault that can't happen to this type of channel.
        """
        account = self._world.accounts.by_channel.get(channel_id)
        if account is not None and isinstance(account, MailAccount) != (fault in SMTP_FAULTS):
            raise SettingsError(f"the fault {fault} can't happen to this type of channel", subject=channel_id)
        self._world.faults.add(channel_id, fault, times=times, after=after)

    def reset(self) -> None:
        """Forget posts, mails, requests and faults; accounts stay."""
        self._x.clear()
        self._graph.clear()
        self._world.clear()


def _port(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port
