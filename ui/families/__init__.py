"""Familles: the households, their people and their file."""
