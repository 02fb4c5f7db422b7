"""Figures, each beside the same machine's bare limit."""
