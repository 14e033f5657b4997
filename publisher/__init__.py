"""Announces an organisation's events on Twitter/X, Facebook and e-mail lists, at the configured times."""

__version__ = "0.1.0"
