"""Contracts and aids."""
