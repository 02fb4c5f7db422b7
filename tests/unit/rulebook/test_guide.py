"""The guide of the rulebook: it explains every key and every word, and what it promises is what Marelle answers."""

import re
from datetime import date

import pytest

from backoffice.commands import _parser
from backoffice.rulebook.answers import applied_around, price_answer
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.parts import Part
from backoffice.rulebook.file.remedies import EXAMPLES, keys, tables
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Operation, Word
from backoffice.rulebook.load import parse
from backoffice.rulebook.notices.anchors import until_text
from resources import FOLDER

GUIDE = (FOLDER / "rulebooks" / "README.md").read_text("utf-8")
COMPLETE = re.findall(r"^```toml complet\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
LIMITS = re.findall(r"^\| \w+ `(\d{4}-\d\d-\d\d)` \| `(\{.*\})` \| (.*?) \|", GUIDE, re.MULTILINE)
PRICES = re.findall(r"^\| `(--activity .*?)` \| (.*?) \|", GUIDE, re.MULTILINE)


def parts(kind: type[Part] = Rulebook) -> set[type[Part]]:
    inner = {part for field in kind.model_fields.values() for part in tables(field.annotation)}
    return {kind}.union(*map(parts, inner))


KEYS = {key for part in parts() for key in keys(part)}


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def whole() -> Applied:
    return applied_around(COMPLETE[-1], date(2026, 11, 4))


def test_the_guide_explains_every_key_and_every_word() -> None:
    told = set(re.findall(r"`([^`\n]+)`", GUIDE))
    words = {str(word.value) for kind in Word.__subclasses__() for word in kind}
    assert (KEYS | words | {"minuit", "psu", "A", "B", "C", "accueil", "repas"}) - told == set()


def test_the_guide_explains_the_keys_of_each_table() -> None:
    heads = {"calendrier", "calendrier.ecole", "calendrier.exception", "activite", "delai", "ouverture", "absence"}
    heads |= {"combinaison", "modification", "aide", "fratrie", "quotient"}
    common = set(re.findall(r"`(\w+)`", GUIDE[GUIDE.index("## À quoi s'applique") : GUIDE.index("## Les délais")]))
    for head in heads:
        field, kind = None, Rulebook
        for step in head.split("."):
            field = keys(kind)[step]
            (kind,) = tables(field.annotation)
        begins = re.search(rf"clé de `\[+{re.escape(head)}\]+`", GUIDE)
        assert begins, head
        rows = GUIDE[begins.end() :].split("\n\n", 1)[0]
        assert set(keys(kind)) - set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE)) - common == set(), head


def test_the_guide_names_no_key_that_does_not_exist() -> None:
    told = set(re.findall(r"^\| (?:`\w+` )?\| ?`([a-z_]+)` \|", GUIDE, re.MULTILINE))
    told |= set(re.findall(r"^\| `([a-z_]+)` \|(?! `)", GUIDE, re.MULTILINE))
    assert len(told) > 60
    assert told - KEYS == set()


def test_the_complete_examples_of_the_guide_are_good() -> None:
    assert [parse(source).version for source in COMPLETE] == ["2026-1", "2026-2"]


def test_every_required_key_has_an_example_to_give() -> None:
    required = {key for part in parts() for key, field in keys(part).items() if field.is_required()}
    assert required - set(EXAMPLES) == set()


@pytest.mark.parametrize(("day", "written", "promised"), LIMITS)
def test_the_limits_of_the_guide_are_those_that_marelle_finds(
    whole: Applied, day: str, written: str, promised: str
) -> None:
    source = re.sub(r"^limite = .*$", f"limite = {written}", COMPLETE[0], flags=re.MULTILINE)
    book = Applied(parse(source), whole.calendar)
    bound = book.limit(activity="CANTINE", operation=Operation.BOOK, day=date.fromisoformat(day))
    assert bound.until is not None
    assert plain(until_text(bound.until)) == promised


@pytest.mark.parametrize(("asked", "promised"), PRICES)
def test_the_prices_of_the_guide_are_those_that_marelle_finds(whole: Applied, asked: str, promised: str) -> None:
    words = ["rulebook", "price", "--rulebook", "-", "--date", "2026-11-04", *asked.split()]
    assert plain(str(price_answer(whole, _parser().parse_args(words))["price"])) == promised


def test_the_guide_gives_limits_and_prices() -> None:
    assert (len(LIMITS), len(PRICES)) == (17, 13)
