"""CSV as French Excel opens it."""

from datetime import date
from decimal import Decimal

from reports.sheets.delimited import csv_of


def test_amounts_dates_and_blanks_are_french_and_no_cell_runs() -> None:
    content = csv_of(
        ["Nom", "Montant", "Date", "Note"],
        [
            ["Évrard; Lœw", Decimal("1234.50"), date(2026, 12, 3), None],
            ["=1+1", Decimal("-0.05"), None, "@a"],
            ["-5", 3, None, "deux\nlignes"],
        ],
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        "Nom;Montant;Date;Note",
        '"Évrard; Lœw";1234,50;03/12/2026;',
        "'=1+1;-0,05;;'@a",
        "'-5;3;;deux lignes",
        "",
    ]
