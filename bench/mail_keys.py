"""Settings with keys for DKIM, made anew for each run."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_PEM = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*_PEM).decode()
_ED25519 = ed25519.Ed25519PrivateKey.generate().private_bytes(*_PEM).decode()

RSA = {"DKIM_SELECTOR": "r", "DKIM_KEY": _RSA}
ED25519 = {"DKIM_SELECTOR": "e", "DKIM_KEY": _ED25519}
BOTH = RSA | {"DKIM_SELECTOR_2": "e", "DKIM_KEY_2": _ED25519}
