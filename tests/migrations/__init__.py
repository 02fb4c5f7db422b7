"""Migrations, up and down, with data."""
