"""The rules by name, as ``ignore:`` and a funding profile write them.

What each of them looks for is in `publisher.rules`, but for those that reading the file finds or that need the network.
"""

from __future__ import annotations

#: Found by `publisher.rules`, in what is announced.
IN_WORDS = (
    "all-caps",
    "alt-lazy",
    "alt-other-language",
    "alt-same-as-text",
    "contrast",
    "date-in-text",
    "duplicate-post",
    "email-sender",
    "email-unsubscribe",
    "emblem-first-screen",
    "emblem-present",
    "emblem-size",
    "emoji",
    "fancy-letters",
    "fund-reference",
    "fund-social",
    "fund-statement",
    "hashtag-breaks",
    "hashtag-count",
    "hashtag-place",
    "headings",
    "html-lang",
    "image-of-text",
    "layout-role",
    "link-host",
    "link-https",
    "link-text",
    "no-other-eu-brand",
    "one-logo",
    "own-page-link",
    "past-or-late",
    "personal-data",
    "profile-period",
    "programme-mention",
    "project-link",
    "statement-style",
    "status-text",
    "translation-parity",
    "typo-pl",
    "untranslated",
    "when-complete",
)
#: Found when the file is read.
IN_FILE = ("hashtag-case", "register-late", "weekday-mismatch")
#: They look at pages on the network, so the preflight does.
ON_NETWORK = ("link-alive", "og-card")

IGNORABLE = frozenset({*IN_WORDS, *IN_FILE, *ON_NETWORK})
"""The rules that ``ignore:`` may name: a missing description or a text that doesn't fit can't be sent anyway."""
