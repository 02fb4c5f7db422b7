"""What may be sent: sorts known by their first bytes, sizes, pages; no library of images or PDF is needed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from resources.french import NARROW, number, plural

MEGABYTE = 1_000_000
LARGEST_FILE = 12 * MEGABYTE
LARGEST_SENDING = 20 * MEGABYTE  # all the files of one document
MOST_FILES = 20
MOST_PAGES = 20
MOST_PIXELS = 50_000_000  # of a picture, as it is sent
LONGEST_SIDE = 2400  # pixels, as it is kept: an A4 sheet at 205 dots an inch
MOST_SCANS = 100  # of a progressive JPEG: beyond, it is made to keep a machine busy

AGAIN = "Prenez le document en photo, ou enregistrez-le en PDF, puis recommencez."
UNKNOWN = f"Ce fichier n'est ni un PDF, ni une photo (JPEG, PNG ou HEIC), quel que soit son nom. {AGAIN}"
EMPTY = "Ce fichier est vide. Choisissez-en un autre."
DAMAGED_PICTURE = "Cette image est incomplète ou abîmée. Reprenez la photo, puis recommencez."
LARGE_PICTURE = (
    f"Cette image est trop grande{NARROW}: {MOST_PIXELS // 1_000_000} millions de points au plus. "
    "Prenez la photo dans une taille plus petite."
)
DAMAGED_PDF = f"Ce PDF est incomplet ou abîmé. {AGAIN}"
LOCKED_PDF = (
    "Ce PDF demande un mot de passe. Enregistrez-le sans mot de passe, ou prenez-le en photo, puis recommencez."
)
ACTIVE_PDF = (
    "Ce PDF contient un programme, un formulaire à exécuter ou un fichier joint. "
    "Imprimez-le en PDF, ou prenez-le en photo, puis recommencez."
)
TOO_LONG = "Ce document n'a pas pu être préparé à temps. Envoyez moins de pages à la fois, ou des photos plus légères."
BLANKS = b"\xef\xbb\xbf\0\t\n\r "  # what some programs write before a PDF


class Sort(StrEnum):
    """What a file is, whatever its name says."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"


PDF = "application/pdf"
MEDIA_TYPES = {Sort.PDF: PDF, Sort.JPEG: "image/jpeg", Sort.PNG: "image/png"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}


class NotTaken(Exception):
    """A file that cannot be taken; the sentence is for the family, `which` counts the files from 0."""

    def __init__(self, sentence: str, which: int = 0) -> None:
        super().__init__(sentence)
        self.which = which


@dataclass(frozen=True, slots=True)
class Scan:
    """A document ready to be kept: one PDF."""

    content: bytes
    pages: int


def sort_of(content: bytes) -> Sort:
    """Tell what a file is by its content.

    Raises:
        NotTaken: it is none of those that are taken.
    """
    if not content:
        raise NotTaken(EMPTY)
    if content[:16].lstrip(BLANKS).startswith(b"%PDF-"):
        return Sort.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Sort.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sort.PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return Sort.HEIC
    raise NotTaken(UNKNOWN)


def check_sizes(sizes: Sequence[int]) -> None:
    """Check how many files are sent together, and what they weigh.

    Raises:
        NotTaken: with the first file that is too much.
    """
    total = 0
    for which, size in enumerate(sizes):
        total += size
        if size > LARGEST_FILE:
            what = f"Ce fichier pèse {megabytes(size)}{NARROW}: {megabytes(LARGEST_FILE)} au plus."
            raise NotTaken(f"{what} Choisissez une photo plus légère, ou moins de pages.", which)
        if total > LARGEST_SENDING:
            what = f"L'ensemble pèse plus de {megabytes(LARGEST_SENDING)}, le plus qui puisse être envoyé d'un coup."
            raise NotTaken(f"{what} Retirez des pages, ou choisissez des photos plus légères.", which)
    if len(sizes) > MOST_FILES:
        raise NotTaken(f"{plural(MOST_FILES, 'fichier')} au plus à la fois{NARROW}: {len(sizes)} ont été choisis.")


def too_many_pages(pages: int) -> NotTaken:
    """Say that a document is too long."""
    return NotTaken(
        f"Ce document compte {plural(pages, 'page')}{NARROW}: {MOST_PAGES} au plus. "
        "Ne gardez que celles qui vous sont demandées."
    )


def megabytes(size: int) -> str:
    """Write a size: « 1,4 Mo », « 320 ko »."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1000))}{NARROW}ko"
    return f"{number(Decimal(round(size / (MEGABYTE // 10))) / 10)}{NARROW}Mo"
