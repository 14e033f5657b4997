"""Mails that come back: what they say about whom. Pure: bytes become reports; nothing is opened, kept or sent here."""
