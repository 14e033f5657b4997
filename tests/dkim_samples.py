"""Keys to sign with, and a name service that knows them."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

RSA = generate_private_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()


def pem(key: PrivateKeyTypes, *, passphrase: str = "", form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, locked).decode()


def public_pem(key: PrivateKeyTypes) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def record(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    """The TXT record of a key. RFC 6376 section 3.6.1, RFC 8463 section 4."""
    public = key.public_key()
    if isinstance(key, RSAPrivateKey):
        raw, kind = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), b"rsa"
    else:
        raw, kind = public.public_bytes(Encoding.Raw, PublicFormat.Raw), b"ed25519"
    return b"v=DKIM1; k=" + kind + b"; p=" + base64.b64encode(raw)


RECORDS: Mapping[bytes, bytes] = {
    b"rsa._domainkey.example.org.": record(RSA),
    b"ed._domainkey.example.org.": record(ED25519),
}
SETTINGS = {
    "DKIM_SELECTOR": "rsa",
    "DKIM_KEY": pem(RSA),
    "DKIM_SELECTOR_2": "ed",
    "DKIM_KEY_2": pem(ED25519),
}


def _ask(name: bytes, **_: object) -> bytes | None:
    return RECORDS.get(name)


def verified(content: bytes) -> list[bool]:
    """What dkimpy says of each signature, the first first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dkim

    def is_good(number: int) -> bool:
        try:
            return bool(dkim.DKIM(content).verify(idx=number, dnsfunc=_ask))
        except dkim.DKIMException:
            return False

    count = content.partition(b"\r\n\r\n")[0].lower().count(b"dkim-signature:")
    return [is_good(number) for number in range(count)]
