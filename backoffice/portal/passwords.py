"""Passwords: what the CNIL asks of them (2022), and how they are kept."""

from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backoffice.portal.common_passwords import is_guessable
from resources.french import listed, plural

SHORTEST, SHORTEST_OF_THREE, FEWEST_WORDS, LONGEST = 12, 14, 7, 200
FEWEST_DIFFERENT = 6
RULE = (
    "Au moins 12 caractères avec une minuscule, une majuscule, un chiffre et un signe ; "
    "ou 14 caractères de trois de ces sortes ; ou une phrase d'au moins 7 mots."
)


GUESSABLE = {
    "common": (
        "Ce mot de passe est trop facile à deviner\u202f: il ne tient qu'à des mots courants, même avec des chiffres ou des "
        "signes. Choisissez-en un autre, par exemple une phrase de 7 mots."
    ),
    "personal": (
        "Ce mot de passe est trop facile à deviner\u202f: il ne tient qu'à votre nom, à votre adresse ou à votre commune, "
        "même avec des chiffres ou des signes. Choisissez-en un autre, par exemple une phrase de 7 mots."
    ),
}


def why_weak(password: str, *, email: str = "", personal: Collection[str] = ()) -> str | None:
    """Say in a sentence what a password lacks, or nothing when it is strong enough.

    `personal` is what anybody knows: the name, the commune; an e-mail address is added to it.
    """
    if len(password) > LONGEST:
        return f"Ce mot de passe est trop long\u202f: {LONGEST} caractères au plus."
    if email and password.casefold() == email.casefold():
        return "Ce mot de passe est votre adresse e-mail\u202f: choisissez-en un autre."
    if len(password) >= SHORTEST and len(set(password)) < FEWEST_DIFFERENT:
        return "Ce mot de passe répète les mêmes caractères\u202f: choisissez-en un autre."
    if _is_passphrase(password):
        return None
    if short := _why_short(password):
        return short
    guessable = is_guessable(password, [*personal, email])
    return GUESSABLE[guessable] if guessable else None


def _is_passphrase(password: str) -> bool:
    words = [word.casefold() for word in password.split() if len(word) > 1]
    return len(words) >= FEWEST_WORDS and len(set(words)) >= FEWEST_DIFFERENT - 1


def _why_short(password: str) -> str | None:
    if not password:
        return "Écrivez votre nouveau mot de passe."
    missing = _missing_kinds(password)
    if len(password) < SHORTEST:
        return (
            f"Ce mot de passe a {plural(len(password), 'caractère')} : il en faut au moins {SHORTEST}, "
            "ou une phrase de 7 mots."
        )
    if len(missing) > (len(password) >= SHORTEST_OF_THREE):
        return f"Il manque {listed(missing)} : ajoutez-en, ou prenez une phrase de 7 mots."
    return None


def _missing_kinds(password: str) -> list[str]:
    kinds = {
        "une minuscule": any(letter.islower() for letter in password),
        "une majuscule": any(letter.isupper() for letter in password),
        "un chiffre": any(letter.isdigit() for letter in password),
        "un signe": any(not letter.isalnum() for letter in password),
    }
    return [words for words, present in kinds.items() if not present]


class Passwords:
    """Hashes and verifies; a password that nobody has costs as much to verify as a real one."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash("personne n'a ce mot de passe")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Compare a password with the one kept, if there is one."""
        try:
            return self._hasher.verify(kept or self._nobody, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
