"""The papers of the house, read back."""
