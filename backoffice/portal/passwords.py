"""Passwords: what the CNIL asks of them (2022), and how they are kept."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from resources.french import listed, plural

SHORTEST, SHORTEST_OF_THREE, FEWEST_WORDS, LONGEST = 12, 14, 7, 200
FEWEST_DIFFERENT = 6
RULE = (
    "Au moins 12 caractères avec une minuscule, une majuscule, un chiffre et un signe ; "
    "ou 14 caractères de trois de ces sortes ; ou une phrase d'au moins 7 mots."
)


def why_weak(password: str, *, personal: str = "") -> str | None:
    """Say in a sentence what a password lacks, or nothing when it is strong enough."""
    if len(password) > LONGEST:
        return f"Ce mot de passe est trop long : {LONGEST} caractères au plus."
    if personal and password.casefold() == personal.casefold():
        return "Ce mot de passe est votre adresse e-mail : choisissez-en un autre."
    if len(set(password)) < FEWEST_DIFFERENT:
        return "Ce mot de passe répète les mêmes caractères : choisissez-en un autre."
    return None if _is_passphrase(password) else _why_short(password)


def _is_passphrase(password: str) -> bool:
    return len([word for word in password.split() if len(word) > 1]) >= FEWEST_WORDS


def _why_short(password: str) -> str | None:
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
