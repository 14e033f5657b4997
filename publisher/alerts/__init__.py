"""Alerts: what the team has to know now, by webhook and by e-mail, when the environment names a way.

Whoever has something to say makes an `Alert` and gives it to a `Notifier`, which neither waits nor fails.
"""

from publisher.alerts.alert import Alert, AlertKind, Counts, Notifier, Silence, Taken, nothing

__all__ = ["Alert", "AlertKind", "Counts", "Notifier", "Silence", "Taken", "nothing"]
