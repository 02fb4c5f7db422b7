"""What is wrong in a text that is not TOML: its line, its key if it has one, and a French sentence with the remedy."""

import re
from dataclasses import dataclass

from backoffice.rulebook.file.positions import COMMENT, STRING, Path, written
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.spelling import as_date, as_hour, nearest, quoted
from backoffice.rulebook.file.words import KEYS
from resources.french import search_key

PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
OUTSIDE = re.compile(rf"({STRING.pattern})|{COMMENT}|[\[\]{{}}]")
ASSIGNED = re.compile(r"""\s*([\w.À-ÿ"' -]+?)\s*=""")
HEADER = re.compile(r"\s*\[\[?([^\[\]#]+)\]?\]?\s*(?:#.*)?$")
ROOTS = {field.alias or name for name, field in Rulebook.model_fields.items()}
LISTS = {field.alias for field in Rulebook.model_fields.values() if str(field.annotation).startswith("tuple")}
DOUBLES = ("Cannot overwrite", "Cannot declare", "Cannot redefine", "Cannot mutate", "Duplicate")
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where the reading stopped, and what tomllib says of it."""

    text: str
    at: int
    told: str

    @property
    def row(self) -> int:
        """Count the lines, 1 is the first; at the end of the text, the last one that says something."""
        return self.text.count("\n", 0, min(self.at, len(self.text.rstrip()))) + 1

    @property
    def line(self) -> str:
        """Give the line, its texts and comments emptied."""
        raw = self.text.split("\n")[self.row - 1]
        return OUTSIDE.sub(lambda found: '""' if found[1] else "" if found[0][0] == "#" else found[0], raw)


def unreadable(source: str, told: str) -> tuple[int, str, str]:
    """Say on which line, at which key and why a text cannot be read."""
    text = source.replace("\r\n", "\n")
    stop = _Stop(text, _offset(text, told), told)
    row, sentence = _guess(stop)
    found = ASSIGNED.match(text.split("\n")[row - 1])
    return row, found[1].strip() if found else "", sentence


def _offset(text: str, told: str) -> int:
    found = PLACE.search(told)
    if not found:
        return len(text)
    starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
    return starts[int(found[1]) - 1] + int(found[2]) - 1


def _guess(stop: _Stop) -> tuple[int, str]:
    """Look for the usual slips, the surest first."""
    if stop.text.startswith(BOM):
        return (
            1,
            "Le fichier commence par une marque invisible\u202f: enregistrez-le au format «\xa0UTF-8\xa0», sans «\xa0BOM\xa0».",
        )
    for look in (_title, _double, _open_above, _quotes):
        if found := look(stop):
            return found
    for pattern, sentence in SLIPS:
        if slip := pattern.search(stop.line):
            return stop.row, sentence(slip) if callable(sentence) else sentence
    return _open_here(stop) or (stop.row, _by_message(stop))


def _title(stop: _Stop) -> tuple[int, str] | None:
    """Look for a title between brackets that is not closed."""
    if not stop.told.startswith("Expected ']"):
        return None
    raw = stop.text.split("\n")[stop.row - 1]
    name = raw.partition("#")[0].strip().strip("[]").strip()
    accented = TITLE_ACCENTED.match(raw)
    return stop.row, _key(accented) if accented else f"Ce titre est mal fermé\u202f: écrivez {_titled(name)}."


def _titled(name: str) -> str:
    several = name in LISTS or name in {"calendrier.ecole", "calendrier.exception", "activite.unites"}
    return f"[[{name}]]" if several else f"[{name}]"


def _double(stop: _Stop) -> tuple[int, str] | None:
    """Look for what is written twice."""
    if not stop.told.startswith(DOUBLES):
        return None
    end = stop.text.find("\n", stop.at)
    again, key, first = _twice(stop.text[: end if end >= 0 else None]) or (stop.row, "", None)
    before = f", d'abord ligne {first}" if first else ""
    header = HEADER.match(stop.text.split("\n")[again - 1])
    if header is None:
        named = f"La clé {quoted(key)}" if key else "Une clé"
        return again, f"{named} est écrite deux fois{before}\u202f: gardez-en une seule."
    name = header[1].strip()
    if name in LISTS:
        sentence = f"Écrivez [[{name}]] à chaque fois, avec deux crochets\u202f: il y en a plusieurs{before}."
        return _misspelt(stop, name) or (again, sentence)
    return again, f"[{name}] est écrit deux fois{before}\u202f: réunissez ses clés sous un seul."


def _misspelt(stop: _Stop, name: str) -> tuple[int, str] | None:
    """Look above for a title much like a name: what was meant for its first item went elsewhere."""
    for row, line in enumerate(stop.text.split("\n")[: stop.row], 1):
        title = HEADER.match(line)
        root = title[1].partition(".")[0].strip() if title else ""
        if root and root not in ROOTS and nearest(root, ROOTS) == name:
            return row, f"Titre inconnu {quoted(root)}\u202f: vouliez-vous {_titled(name)}\u202f?"
    return None


def _twice(text: str) -> tuple[int, str, int] | None:
    """Find the last thing written twice: its line, its name, and its first line."""
    seen: dict[Path, int] = {}
    found: tuple[int, int, Path] | None = None
    try:
        for path, line in written(text):
            if path in seen and (found is None or (line, len(path)) >= found[:2]):
                found = line, len(path), path
            seen.setdefault(path, line)
    except (ValueError, IndexError):  # the text stops in the middle of something
        pass
    if found is None:
        return None
    names = [str(step) for step in found[2] if isinstance(step, str)]
    return found[0], names[-1], seen[found[2]]


def _quotes(stop: _Stop) -> tuple[int, str] | None:
    """Look for a text whose quotes are odd."""
    raw = stop.text.split("\n")[stop.row - 1]
    for pattern, sentence in QUOTES:
        if pattern.search(raw):
            return stop.row, sentence
    if (
        stop.told.startswith("Unterminated string")
        and (opened := max(stop.text.rfind('"""'), stop.text.rfind("'''"))) >= 0
    ):
        return stop.text.count(
            "\n", 0, opened
        ) + 1, "Ce texte de plusieurs lignes n'est pas fermé\u202f: terminez-le par trois guillemets."
    if stop.told.startswith(
        ('Expected "\'"', "Unterminated string", "Illegal character '\\n'", "Found invalid character '\\n'")
    ):
        return _lone_quote(
            stop
        ), "Il manque le guillemet de fin\u202f: un texte tient entre deux guillemets, sur une ligne."
    return None


def _lone_quote(stop: _Stop) -> int:
    """Give the line of an apostrophe that opens a text which nothing closes; the reading stopped at the end of the file."""
    if not stop.told.startswith("Expected"):
        return stop.row
    rest = OUTSIDE.sub(lambda found: "\n" * found[0].count("\n"), stop.text)
    return rest.count("\n", 0, rest.find("'")) + 1


def _open_above(stop: _Stop) -> tuple[int, str] | None:
    """Look for a bracket of a line above that is still open where another key or title begins, or the text ends."""
    here = stop.text.split("\n")[stop.row - 1]
    ended = stop.at >= len(stop.text.rstrip()) or ASSIGNED.match(here) or HEADER.match(here)
    row, bracket = next((each for each in _opened(stop) if each[0] < stop.row), (0, ""))
    return (row, UNCLOSED[bracket]) if row and ended else None


def _open_here(stop: _Stop) -> tuple[int, str] | None:
    """Look for a bracket that is still open where the reading stopped."""
    row, bracket = (_opened(stop) or [(0, "")])[-1]
    if bracket == "[" and stop.at < len(stop.text.rstrip()):
        return stop.row, "Il manque une virgule entre deux valeurs de la liste, ou son crochet de fin ]."
    if bracket == "{" and stop.text[stop.at : stop.at + 1] == "}":
        return stop.row, "Retirez la virgule qui précède l'accolade de fin }."
    return (row, UNCLOSED[bracket]) if row else None


def _opened(stop: _Stop) -> list[tuple[int, str]]:
    """Give the brackets that are open where the reading stopped, each with its line, the outermost first."""
    opened: list[tuple[int, str]] = []
    for found in OUTSIDE.finditer(stop.text, 0, stop.at):
        if found[0] in "[{":
            opened.append((stop.text.count("\n", 0, found.start()) + 1, found[0]))
        elif found[0] in "]}" and opened:
            opened.pop()
    return opened


def _by_message(stop: _Stop) -> str:
    """Say what tomllib says."""
    for start, sentence in MESSAGES:
        if stop.told.startswith(start):
            return sentence
    return "Cette ligne est illisible\u202f: écrivez une clé, le signe =, puis sa valeur."


def _key(found: re.Match[str]) -> str:
    *before, last = found[1].strip().split(".")
    plain = search_key(last)
    if plain in KEYS.values():
        return f"Une clé s'écrit sans accent\u202f: {quoted('.'.join([*before, plain]))}."
    return f"Mettez ce nom entre guillemets, car il a un accent\u202f: {_in_quotes(before, last)}."


def _spaced(found: re.Match[str]) -> str:
    *before, last = found[1].strip().split(".")
    plain = search_key(last).replace(" ", "_")
    if plain in KEYS.values():
        return f"Une clé s'écrit en un seul mot\u202f: {quoted(plain)}."
    if (words := found[1].split())[0] in KEYS.values():
        return f"Écrivez un point entre la clé et ce qu'elle précise\u202f: {'.'.join(words)}."
    return f"Mettez ce nom entre guillemets, car il a une espace\u202f: {_in_quotes(before, last)}."


def _in_quotes(before: list[str], last: str) -> str:
    return ".".join([*before, f'"{last}"'])


def _hour(found: re.Match[str]) -> str:
    hour = as_hour(found[1])
    if hour is None:
        return 'Une heure va de 00:00:00 à 23:59:00\u202f; pour la fin de la journée, écrivez heure = "minuit".'
    return f"Une heure s'écrit avec ses minutes et ses secondes\u202f: {hour}."


def _date(found: re.Match[str]) -> str:
    return f"Une date s'écrit année-mois-jour\u202f: {as_date(found[1]) or '2026-09-01'}."


def _comma(found: re.Match[str]) -> str:
    return f"Les décimales suivent un point, pas une virgule\u202f: {found[1]}.{found[2]}."


def _bare(found: re.Match[str]) -> str:
    return f'Un texte s\'écrit entre guillemets\u202f: "{found[1].strip()}".'


def _yes_or_no(found: re.Match[str]) -> str:
    yes = search_key(found[1]) in {"oui", "vrai", "true", "yes"}
    return f"Écrivez {'true' if yes else 'false'}, en minuscules et sans guillemets\u202f: true veut dire oui, false veut dire non."


UNCLOSED = {
    "[": "La liste ouverte sur cette ligne n'est pas fermée\u202f: ajoutez son crochet de fin ].",
    "{": "Une table entre accolades tient sur une seule ligne et se ferme par }\u202f: séparez ses clés par des virgules.",
}
VALUE = r"(?:=|[\[,])\s*"  # what comes before a value
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
QUOTES = (
    (re.compile("[=\\[,]\\s*[“”«‘’„]"), 'Un texte s\'écrit entre guillemets droits\u202f: "…".'),
    (
        re.compile(r"=\s*'[^']*'[\wÀ-ÿ]"),
        'Ce texte contient une apostrophe\u202f: mettez-le entre guillemets doubles, "…".',
    ),
    (
        re.compile(r'=\s*"(?!"")[^"]*"[\wÀ-ÿ]'),
        "Des guillemets à l'intérieur d'un texte s'écrivent «\xa0…\xa0»\u202f: gardez \"…\" pour ses deux bouts.",
    ),
)
TITLE_ACCENTED = re.compile(r"\s*\[{1,2}\s*((?:[\w.]|-)*[À-ÿ](?:[\w.]|-)*)\s*\]")
SLIPS = (
    (re.compile(r"=\s*(\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}-\d{1,2}-\d{4})"), _date),
    (re.compile(rf"=\s*(\d{{1,2}}(?:er)?\s+(?:{MONTHS}))"), _date),
    (re.compile(r"=\s*(\d{4}-(?:\d-\d{1,2}|\d{2}-\d))(?!\d)"), _date),
    (re.compile(r"=\s*(\d{1,2}\s?[hH](?:\s?\d{2})?|\d{1,2}:\d{2})(?![:\d])"), _hour),
    (re.compile(r"=\s*(\d:\d{2}|(?:2[4-9]|[3-9]\d):\d{2}|\d{2}:[6-9]\d):\d{2}"), _hour),
    (re.compile(r"=\s*(-?\d+),(\d+)(?=\s*(?:[,}\]€%]|$))"), _comma),
    (
        re.compile(VALUE + r"-?[\d.]+\s*(?:€|%|[Ee]uros?|EUR|min\b|minutes?|jours?)"),
        "Un nombre s'écrit seul, sans unité\u202f: 3.60.",
    ),
    (re.compile(r"=\s*-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+"), "Un nombre s'écrit sans espace\u202f: 1200."),
    (re.compile(VALUE + r"-?(?:\.\d|\d+\.(?!\d))"), "Un nombre a des chiffres avant et après le point\u202f: 0.50."),
    (re.compile(VALUE + r"-?0\d+(?![\d:-])"), "Un nombre ne commence pas par un zéro\u202f: 8, ou 0.80."),
    (re.compile(r"=\s*(oui|non|vrai|faux|yes|no|True|False|TRUE|FALSE|Oui|Non)\s*(?=[,\]}]|$)"), _yes_or_no),
    (re.compile(r"(?:^|[{,])\s*((?:[\w.]|-)*[À-ÿ](?:[\w.]|-)*)\s*="), _key),
    (re.compile(r"(?:^|[{,])\s*([\w.-]+(?: [\w.-]+)+)\s*="), _spaced),
    (re.compile(r"(?:^|[{,])\s*[\w.-]+\s*:\s"), "Écrivez le signe = entre la clé et sa valeur, pas deux points."),
    (re.compile(VALUE + r"(?!true\b|false\b|inf\b|nan\b)([A-Za-zÀ-ÿ][\w À-ÿ'’.-]*?)\s*(?=[,\]}]|$)(?!\s*=)"), _bare),
    (re.compile(r"=\s*(?:$|[,}])"), "Il manque la valeur après le signe =."),
    (re.compile(VALUE + r"[A-Za-zÀ-ÿ][^\"=]*\"\s*(?=[,\]}]|$)"), "Il manque le guillemet du début."),
    (re.compile(r"^\s*[\w.-]+\s*(?:$|[\"'\[{\d])"), "Il manque le signe = entre la clé et sa valeur."),
)
MESSAGES = (
    ("Invalid date", "Cette date n'existe pas\u202f: vérifiez le jour et le mois."),
    ("Unescaped '\\'", "Une barre \\ s'écrit deux fois dans un texte\u202f: \\\\."),
    (
        "Expected newline",
        "Quelque chose suit la valeur\u202f: écrivez une seule clé par ligne, et un commentaire après #.",
    ),
    ("Expected '='", "Il manque le signe = entre la clé et sa valeur."),
    (
        "Invalid value",
        "Cette valeur est illisible\u202f: un texte entre guillemets, un nombre, une date, une heure, true ou false.",
    ),
    ("Found invalid character", "Un caractère de contrôle s'est glissé dans cette ligne\u202f: retapez-la."),
    ("Illegal character", "Un caractère de contrôle s'est glissé dans cette ligne\u202f: retapez-la."),
)
