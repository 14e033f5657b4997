"""Every error of publisher.

    PublisherError                 message, subject, cause, remedy
    ├── ScheduleUnreadable         the schedule file as a whole can't be used
    ├── SettingsError              a flag, an environment variable or a credential
    │   └── MissingCredential      names the variable to set
    ├── AudienceError              a mailing list that can't be read
    ├── ImportFault                a source of events; its kinds stand in `publisher.importing`
    ├── RenderError                words that can't be made
    │   ├── NoTemplate             no file for this announcement on this channel
    │   ├── TemplateBroken         syntax, unknown variable, missing block
    │   ├── MissingTranslation     no words in the language that is asked for
    │   ├── PlaceholderLeft        something that was meant to be filled in
    │   ├── NotSpliceable          a template treats a reader's own words as more than words to print
    │   ├── DraftTooLong           does not fit the platform
    │   └── HeldByRule             breaks a rule that stops it
    ├── NotApproved                somebody has to say yes to these bytes first
    ├── MediaError                 a picture that is missing or can't be used
    ├── TransportError             what a platform or server answered
    │   ├── TemporaryError         certainly not published: try again later
    │   ├── RateLimited            certainly not published: not before `retry_at`
    │   │   └── Blocked            the account is shut for a while, and nobody says for how long
    │   ├── CredentialsBroken      stop this channel until a person acts
    │   ├── OutOfQuota             stop this channel until a person acts
    │   ├── Rejected               this content will never be taken as it is
    │   ├── DuplicateRefused       the platform says that it has this already
    │   └── OutcomeUnknown         may have been published: never retried blindly
    ├── LedgerError                the database
    │   ├── IllegalTransition      a state change that the table does not allow
    │   └── ClaimLost              somebody else took this delivery meanwhile
    └── AlreadyRunning             a second daemon on the same ledger

The type carries the decision. ``str(error)`` is subject, message, cause or the platform's own words, and remedy: one
line tells everything.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import ClassVar

_LONGEST_CAUSE = 120  #: characters; libraries nest their causes, and people read this
_LONGEST_ANSWER = 240
_OF_FILES = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)


class PublisherError(Exception):
    """Base of all errors of this package.

    ``message`` is a plain sentence; ``subject`` names the thing (a path, a key, a channel);
    ``remedy`` says what to do next.
    """

    def __init__(self, message: str, *, subject: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.remedy = remedy

    @property
    def fact(self) -> str:
        """What is so, without the remedy."""
        is_named = not self.subject or self.subject in self.message
        head = self.message if is_named else f"{self.subject}: {self.message}"
        return f"{head} ({behind})" if (behind := self._behind()) else head

    def __str__(self) -> str:
        return f"{self.fact} → {self.remedy}" if self.remedy else self.fact

    def _behind(self) -> str:
        """What made us say so."""
        if self.__cause__ is None or not str(self.__cause__):
            return ""
        if isinstance(self.__cause__, _OF_FILES) and self.__cause__.strerror:
            return self.__cause__.strerror
        return shorten(f"{type(self.__cause__).__name__}: {self.__cause__}", _LONGEST_CAUSE, placeholder=" …")


class ScheduleUnreadable(PublisherError):
    """The schedule file can't be used at all: missing, not readable, not YAML."""


class SettingsError(PublisherError):
    """A flag, an environment variable or a settings file is wrong."""


class MissingCredential(SettingsError):
    """A channel lacks a credential; ``variable`` is the environment variable to set."""

    def __init__(self, variable: str, *, channel_id: str) -> None:
        super().__init__(
            f"the credential {variable} is not set",
            subject=channel_id,
            remedy=f"set {variable} (or {variable}_FILE), or try it out with: publisher run --sandbox",
        )
        self.variable = variable


class AudienceError(PublisherError):
    """A mailing list can't be read."""


class RenderError(PublisherError):
    """The words of an announcement can't be made."""


class NoTemplate(RenderError):
    """There is no template file for this announcement, channel and language."""


class TemplateBroken(RenderError):
    """A template has a syntax error, uses an unknown variable or lacks a block.

    ``path`` and ``line`` (from 1; 0: not known) say where, ``word`` is what is wrong on that line.
    """

    def __init__(  # noqa: PLR0913  where it is broken has that many parts
        self,
        message: str,
        *,
        subject: str = "",
        remedy: str = "",
        path: Path | None = None,
        line: int = 0,
        word: str = "",
    ) -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.path = path
        self.line = line
        self.word = word


class MissingTranslation(RenderError):
    """A text has no version in the language that is asked for; ``field`` is its name in the file: ``where.venue``."""

    def __init__(self, message: str, *, subject: str = "", remedy: str = "", field: str = "") -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.field = field


class PlaceholderLeft(RenderError):
    """Something was never filled in: ``words`` is what stands there, and ``subject`` where.

    ``field`` is its field in the file, empty when the template at ``path`` brings it along.
    """

    def __init__(  # noqa: PLR0913  where it stands has that many parts
        self, message: str, *, subject: str, remedy: str, words: str, field: str = "", path: Path | None = None
    ) -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.words = words
        self.field = field
        self.path = path


class DraftTooLong(RenderError):
    """A text does not fit the limit of ``platform``."""

    def __init__(self, message: str, *, subject: str = "", remedy: str = "", platform: str = "") -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.platform = platform


class HeldByRule(RenderError):
    """The words could be made, and break a rule; ``rule`` is its name."""

    def __init__(self, message: str, *, subject: str = "", remedy: str = "", rule: str = "") -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.rule = rule


class NotSpliceable(RenderError):
    """A template does more with what is personal than print it: it has to be rendered for each reader."""

    def __init__(self) -> None:
        super().__init__("the template looks closer at the words of a reader than to print them")


class NotApproved(PublisherError):
    """Who has to approve it has not approved these bytes."""


class MediaError(PublisherError):
    """A picture is missing, unreadable or of a kind that the platform does not take."""


class TransportError(PublisherError):
    """What a platform or mail server answered.

    ``code`` is the platform's own (``403``, ``190/463``, ``550 5.1.1``), ``detail`` its words;
    ``retry_at`` (aware UTC) is the earliest time for another try, when the platform named one.
    """

    stops_channel: ClassVar[bool] = False
    """Whether whatever else is due on the channel, and every other reader of a mailing, would meet the same answer."""

    def __init__(  # noqa: PLR0913  the platform's answer has that many parts
        self,
        message: str,
        *,
        subject: str = "",
        remedy: str = "",
        code: str = "",
        detail: str = "",
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.code = code
        self.detail = detail
        self.retry_at = retry_at

    def _behind(self) -> str:
        """The platform's code and words, unless they are for machines or said already; else the cause."""
        code = self.code.partition(" ")[0]
        is_for_people = not self.detail.startswith(("<", "{", "[")) and self.detail not in self.message
        words = f"“{shorten(self.detail, _LONGEST_ANSWER, placeholder=' …')}”" if self.detail and is_for_people else ""
        new = [] if not code or code in self.message or code in words else [code]
        return ": ".join([*new, *filter(None, [words])]) or super()._behind()


class TemporaryError(TransportError):
    """Certainly not published; trying again later is right."""


class RateLimited(TransportError):
    """Certainly not published; the platform asks to wait until ``retry_at``."""

    stops_channel = True


class Blocked(RateLimited):
    """Certainly not published; the platform has shut the account for a while, and does not say for how long.

    A mail server's blocklists and policies are of this kind, too.
    """


class CredentialsBroken(TransportError):
    """Credentials are refused, expired or lack a permission: the channel stops until a person acts."""

    stops_channel = True


class OutOfQuota(TransportError):
    """No credit or plan left: the channel stops until a person acts."""

    stops_channel = True


class Rejected(TransportError):
    """The platform will never take this content as it is."""


class DuplicateRefused(TransportError):
    """The platform says that it has published this already."""


class OutcomeUnknown(TransportError):
    """The request may have been carried out; nobody may send it again blindly."""


class LedgerError(PublisherError):
    """The database can't be opened, read or written."""


class IllegalTransition(LedgerError):
    """A delivery can't go from its state to the one that was asked for."""


class ClaimLost(LedgerError):
    """Another worker took this delivery; its result, not ours, counts."""


class AlreadyRunning(PublisherError):
    """A second daemon on the same ledger (exit code 75, EX_TEMPFAIL)."""
