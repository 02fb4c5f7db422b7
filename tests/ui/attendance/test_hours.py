"""Hours as they are typed in a hurry."""

from datetime import time

import pytest

from ui.attendance.hours import hour_text, read_hour


@pytest.mark.parametrize("typed", ["0815", "815", "8h15", "8:15", "8 h 15", "08H15", "8.15", " 08:15 "])
def test_a_quarter_past_eight_however_it_is_typed(typed: str) -> None:
    assert read_hour(typed) == time(8, 15)


@pytest.mark.parametrize(
    ("typed", "hour"), [("8", time(8)), ("18h", time(18)), ("0", time(0)), ("", None), (" ", None)]
)
def test_a_round_hour_or_none(typed: str, hour: time | None) -> None:
    assert read_hour(typed) == hour


@pytest.mark.parametrize("typed", ["25", "0860", "8h5", "midi", "08155"])
def test_what_is_no_hour_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="écrivez 0815"):
        read_hour(typed)


def test_an_hour_is_written_in_a_column() -> None:
    assert (hour_text(time(8, 5)), hour_text(None)) == ("08:05", "")
