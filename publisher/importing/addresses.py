"""Which addresses of the internet may be fetched.

Whoever names a feed must not be able to make this computer ask its own services, its neighbours, or the metadata
service of a cloud. The registries are those of IANA for special-purpose IPv4 and IPv6 addresses (RFC 6890); Python's
``is_global`` of 3.11 knows an older state of them, so the rest is listed here.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

AddressPolicy: TypeAlias = Callable[[Address], bool]
"""Says whether a connection to an address is allowed."""

_NAT64 = ip_network("64:ff9b::/96")
_SIX_TO_FOUR_BITS = 80
_NEVER = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


def is_public(address: Address) -> bool:
    """Whether this is an ordinary address of the public internet, also behind what carries IPv4 in IPv6."""
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    if any(address in block for block in _NEVER):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_link_local)


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address within: v4-mapped (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return IPv4Address((int(address) >> _SIX_TO_FOUR_BITS) & 0xFFFFFFFF)
    return address.ipv4_mapped
