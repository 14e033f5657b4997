"""Who left, by what a file says: other programs export them with the others, marked in a column.

Mailchimp writes UNSUB_TIME and CLEAN_TIME; MailerLite, GetResponse, FreshMail, Brevo and listmonk have a status. To
write to those who unsubscribed there, or who never confirmed, would be to write without consent (GDPR, article 7(3)).
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher.segments.conditions import folded
from publisher.sentences import NOTHING, Sentence, sentence

_STATUS = frozenset({
    "status", "state", "subscription status", "subscriber status", "email status", "email marketing status",
    "member status", "contact status", "stan", "status subskrypcji", "status subskrybenta", "abonnementstatus",
    "zustand", "statut", "état", "estado", "estat", "tila",
})  # fmt: skip
_WHEN = frozenset({
    "unsub time", "clean time", "unsubscribed", "unsubscribed at", "unsubscribed on", "unsubscribe date",
    "unsubscribe time", "date unsubscribed", "opt out date", "optout time", "opted out", "wypisany", "data wypisania",
    "abgemeldet am", "date de désinscription", "fecha de baja", "data de baixa",
})  # fmt: skip
_GONE = frozenset({
    "unsubscribed", "unsubscribe", "unsub", "opted out", "opt out", "optout", "cleaned", "bounced", "bounce",
    "hard bounce", "hard bounced", "complained", "complaint", "spam", "spam complaint", "reported as spam", "junk",
    "blocked", "blocklisted", "blacklisted", "suppressed", "unconfirmed", "not confirmed", "non subscribed",
    "not subscribed", "wypisany", "wypisana", "wypisani", "wypisano", "zrezygnował", "zrezygnowała", "rezygnacja",
    "odbity", "odbita", "zablokowany", "zablokowana", "niepotwierdzony", "niepotwierdzona", "abgemeldet", "ausgetragen",
    "gesperrt", "unbestätigt", "nicht bestätigt", "désabonné", "désabonnée", "désinscrit", "désinscrite", "bloqué",
    "non confirmé", "dado de baja", "dada de baja", "baja", "de baja", "bloqueado", "rebotado", "no confirmado",
    "donat de baixa", "baixa", "de baixa", "bloquejat", "rebotat", "no confirmat", "perunut", "peruttu", "poistunut",
    "estetty", "vahvistamaton",
})  # fmt: skip
_NO = frozenset({"", "0", "no", "n", "false", "never", "nie", "nein", "non", "ei", "null", "-"})


class Departures:
    """The columns of a table that say who left."""

    def __init__(self, headers: Sequence[str]) -> None:
        words = [_words(header) for header in headers]
        self._status = [(place, headers[place]) for place, header in enumerate(words) if header in _STATUS]
        self._when = [(place, headers[place]) for place, header in enumerate(words) if header in _WHEN]

    def told(self, cells: Sequence[str]) -> Sentence:
        """By what the person of a row has left, or never came; nothing when they may be written to."""
        found = [*((place, header) for place, header in self._status if _words(cells[place]) in _GONE)]
        found += [(place, header) for place, header in self._when if _words(cells[place]) not in _NO]
        if not found:
            return NOTHING
        place, header = found[0]
        return sentence("the column “{column}” says “{words}”", column=header[:40], words=cells[place][:40])


def _words(text: str) -> str:
    return folded(text.replace("_", " ").replace("-", " ") if text != "-" else text)
