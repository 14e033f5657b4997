"""The log: one line per thing that happened, on standard error, for people."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

_is_loaded = "rich" in sys.modules
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # structlog would load it: 5 MB, 0.1 s, for nothing
import structlog  # noqa: E402

if not _is_loaded:
    del sys.modules["rich"]

#: Libraries whose debug output may hold tokens or addresses.
_TALKATIVE = (
    "tweepy",
    "requests_oauthlib",
    "oauthlib",
    "urllib3",
    "httpx",
    "httpcore",
    "apscheduler",
)


def configure(*, level: int, redact: Callable[[str], str] = str) -> None:
    """Set up structlog and the standard library's logging; every line goes through ``redact``."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        pad_event_to=24,
        exception_formatter=structlog.dev.plain_traceback,  # the other one shows local variables: secrets
    )

    def render(logger: object, method: str, event: structlog.typing.EventDict) -> str:
        return redact(str(renderer(logger, method, event)))

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            _without_empty,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(redact))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Redacting(logging.Formatter):
    """A library's line, and the traceback below it, without secrets."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s [%(levelname)s] %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def _without_empty(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: value for name, value in event.items() if value is not None}
