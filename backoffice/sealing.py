"""Sealing: what protects health and bank data at rest."""

from nacl.encoding import Base64Encoder, RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from backoffice.errors import Unavailable

WRONG_KEY = "La clé de ce poste n'ouvre pas les données protégées de ce dossier. Rien n'a été modifié."


class Sealer:
    """Seals health, bank data and documents at rest (XSalsa20-Poly1305), and opens what the portal sealed to the office.

    The office's key pair (X25519) is drawn from its seal key: every workstation has it, and no other secret travels.
    """

    def __init__(self, key: str) -> None:
        self._box = SecretBox(key.encode(), encoder=Base64Encoder)
        raw = Base64Encoder.decode(key.encode())
        seed = blake2b(b"", digest_size=32, key=raw, person=b"marelle-letters", encoder=RawEncoder)
        self._letters = PrivateKey(seed)

    @property
    def public_key(self) -> str:
        """Give the key to which the portal seals what families send; anybody may know it."""
        return self._letters.public_key.encode(Base64Encoder).decode()

    def open_letter(self, sealed: bytes) -> bytes:
        """Open what the portal sealed to the office.

        Raises:
            Unavailable: it was sealed to another key.
        """
        try:
            return SealedBox(self._letters).decrypt(sealed)
        except CryptoError as error:
            raise Unavailable(WRONG_KEY) from error

    def seal_bytes(self, content: bytes) -> bytes:
        """Make a file unreadable without the key."""
        return bytes(self._box.encrypt(content))

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """Read a sealed file.

        Raises:
            Unavailable: it was sealed with another key.
        """
        try:
            return self._box.decrypt(sealed)
        except CryptoError as error:
            raise Unavailable(WRONG_KEY) from error

    def seal(self, text: str) -> bytes:
        """Make a text unreadable without the key."""
        return self.seal_bytes(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """Read a sealed text.

        Raises:
            Unavailable: it was sealed with another key.
        """
        return self.unseal_bytes(sealed).decode()
