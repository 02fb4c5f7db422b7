"""What a rulebook leaves out is told when it is checked: by activity, and by the days on which nothing is said."""

import pytest

from backoffice.rulebook.file.review import gaps
from backoffice.rulebook.load import parse
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import plain

SUMMER = example("ete-avant-juin")
BLOCKS = example("matin-et-soir")


def told(source: str) -> str:
    return plain(gaps(parse(source)))


@pytest.mark.parametrize(
    ("source", "old", "new", "gap"),
    [
        (SUMMER, 'periodes = ["petites vacances"]\nlimite', 'periodes = ["été"]\npriorite = 1\nlimite', "(pendant les petites vacances)"),
        (SUMMER, 'operations = ["annuler"]', 'operations = ["annuler"]\njours = ["lundi"]', "(le mardi, le mercredi, le jeudi et le vendredi)"),
        (BLOCKS, 'bloc = ["lundi", "mardi"]', 'bloc = ["mardi"]', "réserver ni pour annuler « PERI » (le lundi) : "),
    ],
)  # fmt: skip
def test_the_days_without_a_notice_period_are_named(source: str, old: str, new: str, gap: str) -> None:
    assert told(source) == ""
    assert old in source
    found = told(source.replace(old, new))
    assert gap in found


def test_an_activity_of_wednesdays_is_named_by_its_time() -> None:
    source = SUMMER.replace('nature = "vacances"', 'nature = "crèche"')
    assert "réserver « VACANCES » (pendant l'école et le mercredi) : " in told(source)
