"""Sealing what families send to the office's public key: the portal cannot open it again."""

from base64 import b64decode

from nacl.public import PublicKey, SealedBox


def seal(public_key: str, content: bytes) -> bytes:
    """Seal to the key of the commune's view (X25519, base64); only the office opens it."""
    return bytes(SealedBox(PublicKey(b64decode(public_key))).encrypt(content))
