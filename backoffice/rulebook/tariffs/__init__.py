"""Prices: of a day, of a month, by class of families; modifications, aids, and why."""
