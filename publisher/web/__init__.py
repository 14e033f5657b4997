"""The pages for readers: sign up, confirm, change settings, leave, and read what was sent."""
