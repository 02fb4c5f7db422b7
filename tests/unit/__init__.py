"""Decisions, alone."""
