"""Sealing: what protects health and bank data at rest."""

from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from backoffice.errors import Unavailable


class Sealer:
    """Seals health and bank data at rest (XSalsa20-Poly1305)."""

    def __init__(self, key: str) -> None:
        self._box = SecretBox(key.encode(), encoder=Base64Encoder)

    def seal(self, text: str) -> bytes:
        """Make a text unreadable without the key."""
        return bytes(self._box.encrypt(text.encode()))

    def unseal(self, sealed: bytes) -> str:
        """Read a sealed text.

        Raises:
            Unavailable: it was sealed with another key.
        """
        try:
            return self._box.decrypt(sealed).decode()
        except CryptoError as error:
            message = "La clé de ce poste n'ouvre pas les données protégées de ce dossier. Rien n'a été modifié."
            raise Unavailable(message) from error
