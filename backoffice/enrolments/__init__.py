"""Enrolments: the right to book."""
