"""The keys with which mails are signed, as the settings of a channel give them.

``DKIM_SELECTOR`` and ``DKIM_KEY`` (PEM), a second pair ``DKIM_SELECTOR_2`` and ``DKIM_KEY_2`` to sign with both kinds
of keys, and ``DKIM_DOMAIN`` where it is not the domain of the sender.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from publisher.channels.dkim import Signer, SigningKey
from publisher.errors import SettingsError
from publisher.interfaces import Settings
from publisher.settings import variable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

FEWEST_BITS = 1024
"""Receivers ignore signatures with shorter RSA keys. RFC 8301 section 3.2; it asks for 2048."""

_PAIRS = ("", "_2")
KEY_SETTINGS = ("DKIM_DOMAIN", *(f"DKIM_{what}{suffix}" for suffix in _PAIRS for what in ("SELECTOR", "KEY")))
"""The names of all settings that are read here."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_MAKE = "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dkim.pem"


def read_signer(channel_id: str, settings: Settings) -> Signer | None:
    """Who signs the mails of a channel; None when nobody does. Raises `SettingsError`."""
    keys = tuple(key for suffix in _PAIRS if (key := _pair(channel_id, settings, suffix)))
    domain = settings.get("DKIM_DOMAIN") or ""
    if domain and not _NAME.fullmatch(domain):
        raise _bad(channel_id, "DKIM_DOMAIN", "is no domain", remedy="write it like example.org")
    return Signer(keys, domain.lower()) if keys else None


def signs_with_rsa(channel_id: str, settings: Settings) -> bool:
    """Whether one of the keys is of the kind that takes long. Raises `SettingsError`."""
    signer = read_signer(channel_id, settings)
    return signer is not None and any(key.algorithm.startswith("rsa") for key in signer.keys)


def _pair(channel_id: str, settings: Settings, suffix: str) -> SigningKey | None:
    selector, written = settings.get(f"DKIM_SELECTOR{suffix}"), settings.get(f"DKIM_KEY{suffix}")
    if not written:  # the selector alone tells the doctor where the key of the mail server stands
        return None
    if not selector:
        remedy = f"set {variable(channel_id, f'DKIM_SELECTOR{suffix}')} too"
        what = f"is set, but DKIM_SELECTOR{suffix} is not"
        raise _bad(channel_id, f"DKIM_KEY{suffix}", what, remedy=remedy)
    if not _NAME.fullmatch(selector):
        remedy = "write what stands before ._domainkey in the name service, like mail2026"
        raise _bad(channel_id, f"DKIM_SELECTOR{suffix}", "is no selector", remedy=remedy)
    try:
        algorithm, sign = read_key(written)
    except ValueError as error:
        what, _, remedy = str(error).partition(" → ")
        raise _bad(channel_id, f"DKIM_KEY{suffix}", what, remedy=remedy) from None
    return SigningKey(selector, algorithm, sign)


def read_key(pem: str) -> tuple[str, Callable[[bytes], bytes]]:
    """The algorithm of a private key and what signs with it.

    Raises `ValueError`: what is wrong with the key, an arrow, and the mend.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    key = _loaded(pem.replace("\\n", "\n").strip())
    if isinstance(key, RSAPrivateKey):
        if key.key_size < FEWEST_BITS:
            raise ValueError(f"has {key.key_size} bits, and receivers pass over less than {FEWEST_BITS} → {_MAKE}")
        return "rsa-sha256", _with_rsa(key)
    if isinstance(key, Ed25519PrivateKey):
        return "ed25519-sha256", _with_ed25519(key)
    kind = type(key).__name__.removesuffix("PrivateKey").strip("_")
    raise ValueError(f"is a key of the kind {kind}, and DKIM knows RSA and Ed25519 → {_MAKE}")


def public_part(pem: str) -> tuple[str, str]:
    """The kind (``rsa``, ``ed25519``) and the public key as the record in the name service has it.

    RFC 6376 section 3.6.1, RFC 8463 section 4. Raises `ValueError` as `read_key` does.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    read_key(pem)
    key = _loaded(pem.replace("\\n", "\n").strip())
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return "ed25519", base64.b64encode(raw).decode("ascii")
    whole = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "rsa", base64.b64encode(whole).decode("ascii")


def _loaded(pem: str) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if "PUBLIC KEY" in pem or "CERTIFICATE" in pem:
        raise ValueError(f"is public: the private key is needed, the other one belongs into the name service → {_MAKE}")
    try:
        return load_pem_private_key(pem.encode("ascii"), password=None)
    except TypeError:
        unlocked = "write it without one: openssl pkey -in locked.pem -out dkim.pem"
        raise ValueError(f"is locked with a passphrase → {unlocked}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(f"is no private key in PEM form (-----BEGIN PRIVATE KEY-----) → {_MAKE}") from None


def _with_rsa(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    padding, algorithm = PKCS1v15(), SHA256()
    return lambda signed: key.sign(signed, padding, algorithm)


def _with_ed25519(key: Ed25519PrivateKey) -> Callable[[bytes], bytes]:
    """RFC 8463 section 3: what is signed is the hash."""
    return lambda signed: key.sign(hashlib.sha256(signed).digest())


def _bad(channel_id: str, name: str, what: str, *, remedy: str) -> SettingsError:
    return SettingsError(f"{name} {what}", subject=channel_id, remedy=remedy)
