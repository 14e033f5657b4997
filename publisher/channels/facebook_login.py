"""Getting a page token that does not expire.

Sources: Facebook Login documentation, "Long-Lived Access Tokens"; Graph API, "/{user-id}/accounts". A token of an hour
becomes one of sixty days, and the page token that this one gives has no date of expiry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import cast

from publisher.abilities import Login
from publisher.channels.answers import as_mapping, as_text
from publisher.channels.facebook_graph import PageGraph, PageKeys
from publisher.errors import CredentialsBroken

GraphFor = Callable[[PageKeys], PageGraph]


def log_in(login: Login, graph_for: GraphFor) -> Mapping[str, str | None]:
    """The settings of one page."""
    prompts = login.prompts
    prompts.tell("You need the app in Meta's developer pages: its number and its secret (“App settings”, “Basic”).")
    app_id = prompts.ask("App ID")
    app_secret = prompts.ask_secret("App secret")
    prompts.tell("And a user token of the Graph API Explorer for this app, with pages_manage_posts,")
    prompts.tell("pages_read_engagement and pages_show_list, by somebody with the task “Create content” on the page.")
    short = PageKeys(token=prompts.ask_secret("User token"), app_secret=app_secret or None)
    with closing(graph_for(short)) as graph:
        long = _long_lived(graph, short, app_id=app_id)
    with closing(graph_for(long)) as graph:
        pages = {page["id"]: page for page in _pages(graph)}
    if not pages:
        raise CredentialsBroken(
            "this user manages no page that the app may see",
            subject=login.channel.id,
            remedy="make the token anew and tick the page, or have the page's owner give you the task “Create content”",
        )
    names = {page_id: page["name"] for page_id, page in pages.items()}
    page_id = prompts.choose("On which page shall this channel post?", names)
    return {
        "APP_ID": app_id,
        "APP_SECRET": app_secret,
        "PAGE_ID": page_id,
        "PAGE_TOKEN": pages[page_id]["access_token"],
    }


def _long_lived(graph: PageGraph, short: PageKeys, *, app_id: str) -> PageKeys:
    """In the form of a POST, as RFC 6749 section 3.2 wants it: in a GET the secret would stand in the address."""
    form = {
        "grant_type": "fb_exchange_token",
        "client_id": app_id,
        "client_secret": short.app_secret or "",
        "fb_exchange_token": short.token,
    }
    token = as_text(graph.request(f"{graph.version}/oauth/access_token", post_args=form).get("access_token"))
    if not token:
        raise CredentialsBroken("Facebook gave no token for the user token", remedy="make it anew and try again")
    return PageKeys(token=token, app_secret=short.app_secret)


def _pages(graph: PageGraph) -> Iterator[dict[str, str]]:
    answered = graph.request(f"{graph.version}/me/accounts", {"fields": "id,name,access_token", "limit": "100"})
    listed = answered.get("data")
    for page in map(as_mapping, cast("list[object]", listed) if isinstance(listed, list) else []):
        known = {name: as_text(page.get(name)) for name in ("id", "name", "access_token")}
        if known["id"] and known["access_token"]:
            yield known
