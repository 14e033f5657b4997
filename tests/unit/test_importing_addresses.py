from __future__ import annotations

from ipaddress import ip_address

import pytest

from publisher.importing.addresses import is_public


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_the_public_internet_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


SPECIAL = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 192.0.0.8 192.88.99.1 198.18.0.1 203.0.113.9
224.0.0.1 240.0.0.1 255.255.255.255 0.0.0.0 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 2001:db8::1 2001:0:1::1
3fff::1 5f00::1 100::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b:1::1
"""


@pytest.mark.parametrize("address", SPECIAL.split())
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(ip_address(address))
