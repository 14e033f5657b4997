"""Newsletters: who reads them, and how their mails go out."""
