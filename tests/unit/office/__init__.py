"""The open data folder."""
