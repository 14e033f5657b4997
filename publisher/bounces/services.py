"""Notifications of sending services, which write JSON into a mail (Amazon SES by way of SNS). Pure.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from publisher.bounces.addresses import clean
from publisher.bounces.judgement import Evidence, judge
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.report import BounceReport, Reason

_COMPLAINTS = {"not-spam": Reason.NOT_SPAM, "fraud": Reason.FRAUD, "auth-failure": Reason.AUTH_FAILURE}


def told_by_service(mail: ReturnedMail) -> list[BounceReport]:
    """What a notification says; empty when this is none."""
    start, end = mail.text.find("{"), mail.text.rfind("}")
    if start < 0 or ("notificationType" not in mail.text and "eventType" not in mail.text):
        return []
    try:
        told = json.loads("".join(mail.text[start : end + 1].split("\n")))
        if isinstance(told.get("Message"), str):
            told = json.loads(told["Message"])
        return list(_reports(told))
    except (ValueError, AttributeError, TypeError, KeyError):
        return []


def _reports(told: dict[str, Any]) -> Iterator[BounceReport]:
    if bounce := told.get("bounce"):
        for one in bounce.get("bouncedRecipients", []):
            yield _bounce(one, str(bounce.get("bounceSubType", "")))
    if complaint := told.get("complaint"):
        reason = _COMPLAINTS.get(str(complaint.get("complaintFeedbackType")), Reason.ABUSE)
        for one in complaint.get("complainedRecipients", []):
            yield BounceReport(recipient=clean(str(one["emailAddress"])), reason=reason)
    if delivery := told.get("delivery"):
        for one in delivery.get("recipients", []):
            yield BounceReport(recipient=clean(str(one)), reason=Reason.DELIVERED)


def _bounce(one: dict[str, Any], subtype: str) -> BounceReport:
    words, status = str(one.get("diagnosticCode", "")), str(one.get("status", ""))
    verdict = judge(Evidence(words=words, status=status))
    reason = Reason.SUPPRESSED if "suppress" in subtype.casefold() else verdict.reason
    return BounceReport(recipient=clean(str(one["emailAddress"])), reason=reason, status=verdict.status, words=words)
