"""``publisher`` and ``python -m publisher``."""

from __future__ import annotations

import sys
import threading

from publisher.cli.lastresort import confess
from publisher.cli.main import run


def main() -> None:
    """Entry point of the console script."""
    threading.excepthook = lambda failed: confess(failed.exc_value or failed.exc_type(), sys.argv[1:])
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
