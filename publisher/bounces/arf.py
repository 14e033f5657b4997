"""Complaints: reports of abuse desks (RFC 5965, RFC 6591), and the older form of Microsoft's programme. Pure."""

from __future__ import annotations

from publisher.bounces.addresses import clean, different
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.report import BounceReport, Reason
from publisher.bounces.returned import Headers, read_headers
from publisher.bounces.texts import returned_to

_REASONS = {
    "abuse": Reason.ABUSE,
    "fraud": Reason.FRAUD,
    "virus": Reason.ABUSE,
    "opt-out": Reason.OPT_OUT,
    "opt-out-list": Reason.OPT_OUT,
    "not-spam": Reason.NOT_SPAM,
    "auth-failure": Reason.AUTH_FAILURE,
}
_JMRP = "x-hmxmroriginalrecipient"
_APPLE = "x-apple-unsubscribe"  #: what Apple's mail program sends for its button, to an address in List-Unsubscribe


def complaints(mail: ReturnedMail) -> list[BounceReport]:
    """One for each reader who complained; empty when this is no feedback report."""
    if " ".join(mail.headers.get(_APPLE, [])).casefold().strip() == "true":
        reader = clean(" ".join(mail.headers.get("from", [])))
        return [BounceReport(recipient=reader, reason=Reason.OPT_OUT)]
    fields = read_headers(mail.feedback.lstrip("\n"))
    if not (mail.feedback or mail.report_type == "feedback-report" or _is_jmrp(mail)):
        return []
    kind = " ".join(fields.get("feedback-type", []) or ["abuse"]).casefold().strip()
    reason = _REASONS.get(kind, Reason.FEEDBACK)
    words = " ".join(fields.get("user-agent", []) + fields.get("source-ip", []))
    return [BounceReport(recipient=one, reason=reason, words=words) for one in _readers(mail, fields) or [""]]


def _is_jmrp(mail: ReturnedMail) -> bool:
    sender = " ".join(mail.headers.get("from", [])).casefold()
    return _JMRP in mail.original or _JMRP in mail.headers or ("staff@hotmail.com" in sender and bool(mail.original))


def _readers(mail: ReturnedMail, fields: Headers) -> list[str]:
    for values in (
        fields.get("original-rcpt-to", []),
        fields.get("removal-recipient", []),
        mail.original.get(_JMRP, []),
        mail.headers.get(_JMRP, []),
    ):
        if found := different(clean(value) for value in values):
            return found
    return returned_to(mail)
