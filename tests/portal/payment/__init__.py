"""Paying on the portal, and the papers that come of it."""
