"""Whether the page for unsubscribing that mails lead to is there. Only looked at: nobody is unsubscribed by that.

Sources: RFC 8058 section 3 (an https address, no redirect, and GET changes nothing); Google, Email sender guidelines,
2026-03-21; Yahoo, Sender best practices, 2025-04-10.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from publisher.abilities import Examination
from publisher.channels.wire import is_loopback, proxy_for, read_timeouts, silence_libraries, tls_context
from publisher.model.findings import Finding, Grade, broken, fine
from publisher.personal import SAMPLE_TOKEN

_ONE_CLICK = "one-click"


def examine_page(examination: Examination) -> Finding:
    """A look at the page of WEB_URL with a token that opens nothing. Raises `SettingsError` for bad settings."""
    subject, base = examination.channel.id, (examination.settings.get("WEB_URL") or "").rstrip("/")
    if not base:
        words = "hint: readers unsubscribe by mail; who writes 5,000 mails a day needs WEB_URL, and with it one click"
        mend = "run publisher web, and set WEB_URL to its public address"
        return Finding(Grade.OK, subject, words, mend, rule="no-pages")
    parts = urlsplit(base)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        return broken(
            subject,
            "WEB_URL is not encrypted, and mail programs show no button for one click then",
            mend="write an address with https:// (RFC 8058)",
            rule=_ONE_CLICK,
        )
    return _looked_at(examination, f"{base}/u/{SAMPLE_TOKEN}")


def _looked_at(examination: Examination, page: str) -> Finding:
    import httpx

    silence_libraries()
    subject, timeouts = examination.channel.id, read_timeouts(examination.channel, examination.settings)
    timeout = httpx.Timeout(timeouts.read, connect=timeouts.connect)
    tls = tls_context(examination.channel, examination.settings)
    mend = "see that publisher web runs, and that WEB_URL is its public address"
    try:
        with httpx.Client(verify=tls, timeout=timeout, trust_env=False, proxy=proxy_for(page)) as client:
            answer = client.get(page)
    except httpx.HTTPError as error:
        words = f"the page for unsubscribing does not answer ({type(error).__name__})"
        return broken(subject, words, mend=mend, rule=_ONE_CLICK)
    if answer.is_redirect:
        words = "the page for unsubscribing leads elsewhere, and one click does not follow"
        return broken(
            subject, words, mend="set WEB_URL to the address at which the pages themselves are", rule=_ONE_CLICK
        )
    if answer.is_server_error:
        return broken(subject, f"the page for unsubscribing fails: {answer.status_code}", mend=mend, rule=_ONE_CLICK)
    return fine(subject, "the page for unsubscribing answers, and looking at it changes nothing")
