"""What name servers say of a mail domain: SPF, DKIM, DMARC, and names of the server that hands mails on.

Sources: RFC 7208 (SPF; section 4.6.4: at most ten lookups), RFC 6376 and RFC 8301 (DKIM; keys of 1024 bits at least),
RFC 7489 (DMARC), Google's and Yahoo's guidelines for senders (2024 and later), Microsoft's of 2025.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.inet
import dns.resolver
import dns.reversename

from publisher.channels.email_spf import Flaw, doubt_of, flaw_of
from publisher.errors import SettingsError
from publisher.model.findings import Finding, broken, doubtful, fine

LOOKUPS_ALLOWED = 10

LIFETIME = 6.0  #: seconds for one question, all name servers together
_USUAL_PORT = 53
_EXAMPLES = (".example", ".example.org", ".example.com", ".example.net", ".test", ".invalid", ".localhost")
_SHORT_KEY, OLD_KEY = 160, 270
"""Bytes of a public RSA key as DKIM writes it: 162 with 1024 bits, 294 with 2048."""

_ADDRESS = re.compile(r"(?P<host>\[?[0-9A-Fa-f.:]*?\]?)(?::(?P<port>\d{1,5}))?")
_VERSION = re.compile(r"v\s*=\s*([^\s;]+)")
_MECHANISM = re.compile(r"[+?~-]?(include|a|mx|ptr|exists|redirect)(?:[:=/](\S*))?", re.IGNORECASE)


class Unanswered(Exception):
    """No name server answered; that says nothing about the record."""


class Names:
    """Asks name servers."""

    def __init__(self, resolver: str = "", *, lifetime: float = LIFETIME) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not resolver)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = dns.resolver.Resolver(configure=False)
        if resolver:
            host, port = _host_and_port(resolver)
            self._resolver.nameservers = [host]
            self._resolver.port = port
        self._resolver.lifetime = lifetime

    def texts(self, name: str) -> list[str]:
        """The TXT records, each put together from its pieces. Raises `Unanswered`."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def addresses(self, host: str) -> list[str]:
        """IPv4 and IPv6 addresses. Raises `Unanswered`."""
        return [record.address for kind in ("A", "AAAA") for record in self._ask(host, kind)]

    def names_of(self, address: str) -> list[str]:
        """The names to which an address leads back. Raises `Unanswered`."""
        found = self._ask(str(dns.reversename.from_address(address)), "PTR")
        return [str(record.target).rstrip(".") for record in found]

    def _ask(self, name: str, kind: str) -> list:  # type: ignore[type-arg]  # records have a class for each kind
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise Unanswered(f"{kind} of {name}") from error


def is_for_examples(domain: str) -> bool:
    """Whether nobody can have this domain. RFC 2606 sections 2 and 3, RFC 6761."""
    return f".{domain}".endswith(_EXAMPLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDomain:
    """Whose records are looked at.

    SPF is about the domain of the return path (RFC 7208 section 2.4). Who ``signs_itself`` has the record compared with
    the key elsewhere.
    """

    name: str
    returns: str
    selector: str | None = None
    signs_itself: bool = False


def examine_domain(names: Names, domain: MailDomain, *, subject: str) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of a sender's domain."""
    try:
        yield _spf(names, domain.returns, subject)
        if not domain.signs_itself:
            yield _dkim(names, domain.name, subject, selector=domain.selector)
        yield _dmarc(names, domain.name, subject)
    except Unanswered as error:
        yield _unanswered(error, subject)


def examine_server(names: Names, host: str, *, subject: str) -> Iterator[Finding]:
    """Whether the addresses of a mail server lead back to a name that leads to them: receivers look at that."""
    try:
        addresses = [host] if dns.inet.is_address(host) else names.addresses(host)
        for address in addresses:
            yield _ptr(names, address, subject)
    except Unanswered as error:
        yield _unanswered(error, subject)


def _unanswered(error: Unanswered, subject: str) -> Finding:
    return doubtful(
        subject,
        f"no name server answered ({error}), so the records of the mail domain were not looked at",
        mend="check this machine's name servers, or name one with --resolver",
    )


def _spf(names: Names, domain: str, subject: str) -> Finding:
    records = versioned(names, domain, "v=spf1")
    if not records:
        add = _ADD.format(what=f"TXT of {domain}", like=_SPF_LIKE)
        return broken(subject, f"{domain} has no SPF record", mend=add, rule="spf")
    if len(records) > 1:
        return broken(
            subject, f"{domain} has {len(records)} SPF records, so none counts", mend="join them into one", rule="spf"
        )
    if (fault := flaw_of(records[0]) or _of_others(names, domain)) is not None:
        return broken(subject, f"SPF of {domain} {fault.words}", mend=fault.mend, rule="spf")
    if (doubt := doubt_of(records[0])) is not None:
        return doubtful(subject, f"SPF of {domain} {doubt.words}: {records[0]}", mend=doubt.mend)
    return fine(subject, f"SPF of {domain}: {records[0]}")


def _of_others(names: Names, domain: str) -> Flaw | None:
    """What is wrong with the records that one names."""
    seen: dict[str, bool] = {}
    lookups = _lookups(names, domain, seen=seen)
    if missing := next((named for named, is_there in seen.items() if not is_there), None):
        words = f"names {missing}, which has no SPF record, so receivers take none of it"
        return Flaw(words, f"correct “{missing}” or take it out")
    if lookups > LOOKUPS_ALLOWED:
        words = f"needs {lookups} lookups, {LOOKUPS_ALLOWED} are allowed"
        return Flaw(words, "take out what does not send for you any more")
    return None


def _lookups(names: Names, domain: str, *, seen: dict[str, bool]) -> int:
    """How many questions a receiver has to ask for a domain's SPF (RFC 7208 section 4.6.4).

    ``seen`` gets the domains that were asked, and whether they have a record.
    """
    if domain in seen or len(seen) > LOOKUPS_ALLOWED:
        return 0
    records = versioned(names, domain, "v=spf1")
    seen[domain] = bool(records)
    count = 0
    for word in " ".join(records[:1]).split()[1:]:
        match = _MECHANISM.fullmatch(word)
        if match:
            count += 1
            if match[1].lower() in {"include", "redirect"} and "%" not in match[2]:  # a macro is known with a mail only
                count += _lookups(names, match[2].lower().rstrip("."), seen=seen)
    return count


def _dkim(names: Names, domain: str, subject: str, *, selector: str | None) -> Finding:
    if not selector:
        return doubtful(
            subject,
            f"whether mails of {domain} are signed (DKIM) can't be told without the key's name",
            mend="set DKIM_SELECTOR to the name that your mail provider uses for its key, such as s1",
        )
    where = f"{selector}._domainkey.{domain}"
    tags = next((tags for text in names.texts(where) if "p" in (tags := tags_of(text))), None)
    if not tags or not tags["p"]:
        what = "is revoked" if tags else "is not there"
        return broken(subject, f"the DKIM key {where} {what}", mend="ask your mail provider for the record to publish")
    return _dkim_key(where, tags, subject)


def _dkim_key(where: str, tags: dict[str, str], subject: str) -> Finding:
    try:
        size = len(base64.b64decode(tags["p"], validate=True))
    except (binascii.Error, ValueError):
        return broken(subject, f"the DKIM key {where} is damaged", mend="copy it anew from your mail provider")
    if tags.get("k", "rsa").lower() == "rsa" and size < OLD_KEY:
        mend = "ask your mail provider for a key of 2048 bits"
        if size < _SHORT_KEY:
            return broken(subject, f"the DKIM key {where} is shorter than 1024 bits", mend=mend)
        return doubtful(subject, f"the DKIM key {where} is shorter than 2048 bits", mend=mend)
    return fine(subject, f"DKIM key {where} is published")


def _dmarc(names: Names, domain: str, subject: str) -> Finding:
    """Of the domain, or of the nearest one above it that has one; a top-level domain is not asked."""
    labels = domain.split(".")
    for begin in range(max(1, len(labels) - 1)):
        where = f"_dmarc.{'.'.join(labels[begin:])}"
        records = versioned(names, where, "v=dmarc1")
        if len(records) > 1:
            return broken(
                subject, f"{where} has {len(records)} records, so none counts", mend="leave one", rule="dmarc"
            )
        if records:
            return _policy(where, tags_of(records[0]), subject)
    return doubtful(
        subject,
        f"{domain} has no DMARC record; large providers refuse bulk mail without one",
        mend=_ADD.format(what=f"TXT of _dmarc.{domain}", like="v=DMARC1; p=none"),
        rule="dmarc",
    )


def _policy(where: str, tags: dict[str, str], subject: str) -> Finding:
    policy = tags.get("p", "").lower()
    if policy in {"none", "quarantine", "reject"}:
        hint = "" if tags.get("rua") else "; hint: with rua=mailto:… in it receivers report who sends in your name"
        return fine(subject, f"DMARC at {where}: p={policy}{hint}")
    mend = "write p=none, p=quarantine or p=reject into it"
    return broken(subject, f"DMARC at {where} has no policy", mend=mend, rule="dmarc")


def _ptr(names: Names, address: str, subject: str) -> Finding:
    found = names.names_of(address)
    if any(address in names.addresses(name) for name in found):
        return fine(subject, f"{address} leads back to {found[0]}")
    words = f"{address} leads back to no name" if not found else f"{found[0]} does not lead to {address}"
    return doubtful(
        subject,
        f"the mail server's address {words}; receivers distrust such servers",
        mend="ask the server's provider for a PTR record that fits",
    )


def versioned(names: Names, name: str, version: str) -> list[str]:
    """The TXT records of a name that begin with this version. Raises `Unanswered`."""
    found = ((text, _VERSION.match(text.lower())) for text in names.texts(name))
    return [text for text, match in found if match and f"v={match[1]}" == version]


def tags_of(text: str) -> dict[str, str]:
    """``k=rsa; p=MIIB…`` by name (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()}


def _host_and_port(resolver: str) -> tuple[str, int]:
    """``192.0.2.1``, ``192.0.2.1:53`` or ``[2001:db8::1]:53``."""
    match = _ADDRESS.fullmatch(resolver)
    host, port = (match["host"].strip("[]"), int(match["port"] or _USUAL_PORT)) if match else ("", 0)
    if not dns.inet.is_address(host):
        host, port = resolver.strip("[]"), _USUAL_PORT
    if not dns.inet.is_address(host) or not 0 < port < 65536:  # noqa: PLR2004  UDP
        raise SettingsError(
            f"“{resolver}” is no address of a name server", subject="--resolver", remedy="write it like 192.0.2.53:53"
        )
    return host, port


_SPF_LIKE = "v=spf1 include:(what your mail provider says) -all"
_ADD = "add a record with your domain's provider, {what}: {like}"
