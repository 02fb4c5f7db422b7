"""Whole journeys: the real window, the real portal in a real browser, a real mail server, real files."""
