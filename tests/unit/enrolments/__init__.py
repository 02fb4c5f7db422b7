"""Enrolments: openings, requests, groups, the desk."""
