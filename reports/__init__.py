"""The papers of the house: a frozen document in, bytes out."""
