"""Whether receivers can tell that mails are ours: own DKIM keys against their records, and the alignment of DMARC.

Sources: RFC 6376 sections 3.6.1 and 6.1.2, RFC 8463 section 4 (keys); RFC 7489 sections 3.1 and 3.2 (alignment); RFC
8461 section 3.1 (MTA-STS); Google, Email sender guidelines, 2026-03-21; Yahoo, Sender best practices, 2025-04-10;
Microsoft, requirements for high-volume senders, 2025-08-02.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.channels.dkim_keys import public_part
from publisher.channels.email_dns import OLD_KEY, Names, tags_of, versioned
from publisher.channels.email_providers import is_a_strangers
from publisher.interfaces import Settings
from publisher.model.findings import Finding, broken, doubtful, fine

#: Second labels below which countries register names; others are names of their own.
_REGISTRIES = {"ac", "co", "com", "edu", "gob", "gouv", "gov", "gv", "mil", "net", "nom", "org"}
_COUNTRY = 2  #: letters of a country's top-level domain


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key with which we sign ourselves. ``public`` is as it has to stand in the record."""

    selector: str
    domain: str
    kind: str
    public: str

    @property
    def where(self) -> str:
        """The name of its record."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The record, to be copied."""
        return f"v=DKIM1; k={self.kind}; p={self.public}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """By which domains mails of a channel can be known. ``origin`` is that of From, ``returns`` of the return path."""

    subject: str
    origin: str
    returns: str
    server: str = ""  #: that takes the mails
    keys: Sequence[OwnKey] = ()


def own_keys(settings: Settings, *, origin: str) -> tuple[OwnKey, ...]:
    """The keys of DKIM_KEY and DKIM_KEY_2. Raises `ValueError` for one that can't be read."""
    domain = (settings.get("DKIM_DOMAIN") or origin).lower()
    pairs = [(settings.get(f"DKIM_SELECTOR{end}"), settings.get(f"DKIM_KEY{end}")) for end in ("", "_2")]
    return tuple(OwnKey(selector, domain, *public_part(pem)) for selector, pem in pairs if selector and pem)


def examine_sending(names: Names, sending: Sending) -> Iterator[Finding]:
    """Own keys, alignment, and whether mails to us are protected. Raises `email_dns.Unanswered`."""
    yield from (_key(names, key, sending.subject) for key in sending.keys)
    is_strange = is_a_strangers(sending.origin, server=sending.server)
    yield _of_a_mailbox_provider(sending) if is_strange else _alignment(names, sending)
    yield _mta_sts(names, sending)


def _key(names: Names, key: OwnKey, subject: str) -> Finding:
    """A signature that nobody can check is worse than none."""
    published = next((found for text in names.texts(key.where) if "p" in (found := tags_of(text))), None)
    add = f"add a record with your domain's provider, TXT of {key.where}: {key.record}"
    if published is None or not published["p"]:
        what = "is revoked" if published else "is not there"
        return broken(subject, f"mails are signed, but the DKIM record {key.where} {what}", mend=add, rule="dkim-key")
    if (published.get("k", "rsa").lower(), published["p"]) != (key.kind, key.public):
        words = f"the DKIM record {key.where} belongs to another key than the one that mails are signed with"
        mend = f"change the record, TXT of {key.where}: {key.record} (or set the key that belongs to it)"
        return broken(subject, words, mend=mend, rule="dkim-key")
    if "y" in published.get("t", "").lower().split(":"):
        words = f"the DKIM record {key.where} says t=y: receivers take the signature for a test"
        return doubtful(subject, words, mend=f"take t=y out: {key.record}")
    if key.kind == "rsa" and len(base64.b64decode(key.public)) < OLD_KEY:
        mend = "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dkim.pem"
        return doubtful(subject, f"the DKIM key {key.where} is shorter than 2048 bits", mend=mend)
    return fine(subject, f"DKIM record {key.where} fits the {key.kind} key")


def _alignment(names: Names, sending: Sending) -> Finding:
    """Whether DMARC passes: the domain that readers see is that of the signature, or that of the return path."""
    policy = _policy(names, sending.origin)
    by_key = any(_are_aligned(sending.origin, key.domain, mode=policy.get("adkim", "r")) for key in sending.keys)
    by_path = _are_aligned(sending.origin, sending.returns, mode=policy.get("aspf", "r"))
    if by_key or by_path:
        ways = [way for way, is_so in (("DKIM", by_key), ("SPF", by_path)) if is_so]
        return fine(sending.subject, f"From ({sending.origin}) is aligned with {' and '.join(ways)}")
    keys = ", ".join(sorted({key.domain for key in sending.keys})) or "no key of ours"
    return broken(
        sending.subject,
        f"From ({sending.origin}) is aligned neither with DKIM ({keys}) nor with the return path ({sending.returns})",
        mend=f"sign for {sending.origin} (DKIM_DOMAIN), or take a return path below it (BOUNCES_TO)",
        rule="alignment",
    )


def _of_a_mailbox_provider(sending: Sending) -> Finding:
    return broken(
        sending.subject,
        f"mails come from an address at {sending.origin}, whose SPF, DKIM and DMARC don't know our server; "
        "they are refused or taken for spam",
        mend=f"set FROM to an address at a domain of your own; people can still answer to {sending.origin} by Reply-To",
        rule="alignment",
    )


def _mta_sts(names: Names, sending: Sending) -> Finding:
    """Of mails to us, as answers and bounces are; nothing that a large provider asks for."""
    if versioned(names, f"_mta-sts.{sending.origin}", "v=stsv1"):
        return fine(sending.subject, f"MTA-STS of {sending.origin} is announced")
    return fine(sending.subject, f"hint: {sending.origin} announces no MTA-STS, so answers may travel unencrypted")


def _policy(names: Names, domain: str) -> dict[str, str]:
    """What DMARC says for a domain; strictness is off where it says nothing."""
    for name in (domain, organisation(domain)):
        if found := versioned(names, f"_dmarc.{name}", "v=dmarc1"):
            return tags_of(found[0])
    return {}


def _are_aligned(one: str, other: str, *, mode: str) -> bool:
    if mode.lower() == "s":
        return one == other
    return organisation(one) == organisation(other)


def organisation(domain: str) -> str:
    """The part of a domain that somebody registered: ``wojpodlaskie.pl``, ``office.gov.pl``.

    Without the list of all registries, which changes every week: the usual ones below countries are known, and for the
    rest two labels are taken.
    """
    labels = domain.lower().rstrip(".").split(".")
    is_below_registry = len(labels) > 2 and len(labels[-1]) == _COUNTRY and labels[-2] in _REGISTRIES  # noqa: PLR2004
    return ".".join(labels[-3:] if is_below_registry else labels[-2:])
