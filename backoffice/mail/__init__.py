"""Outgoing e-mail: written with its cause, sent after the commit, never twice."""
