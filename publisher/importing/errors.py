"""What can go wrong with an import.

ImportFault                    one sentence, the source or file, and what to do
├── SourceRefused              an address that is never fetched
├── SourceUnreachable          the network or the server failed, or was too slow
├── SourceTooLarge             more than is ever read
├── SourceUnusable             the bytes hold no events in a form that is known
├── ScheduleNotInsertable      nothing can be inserted into the schedule file as it is
└── ScheduleNotWritten         it could not be saved, or changed meanwhile
"""

from __future__ import annotations

from publisher.errors import PublisherError
from publisher.importing.texts import clean


class ImportFault(PublisherError):
    """Base of the errors of an import; nothing was written."""

    def __str__(self) -> str:
        """In one line, without what a server could send to steer a terminal."""
        return clean(super().__str__())


class SourceRefused(ImportFault):
    """An address that is never fetched: not http, with a password in it, or within a private network."""


class SourceUnreachable(ImportFault):
    """The source could not be read: name, connection, certificate, status, time; or no such file."""


class SourceTooLarge(ImportFault):
    """The source is larger than what is ever read."""


class SourceUnusable(ImportFault):
    """The source is no calendar, page, feed or table, or holds no event with a date."""


class ScheduleNotInsertable(ImportFault):
    """The schedule file is broken, or its list of events is written in a way that takes no insertion."""


class ScheduleNotWritten(ImportFault):
    """The schedule file could not be saved, or somebody saved it meanwhile."""
