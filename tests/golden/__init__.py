"""A month checked by hand in a spreadsheet (mois.xlsx), played by Marelle."""
