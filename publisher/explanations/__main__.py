"""``python -m publisher.explanations docs``: write the pages about all problems into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from publisher.explanations.document import FILES, document

if __name__ == "__main__":
    for language, name in FILES.items():
        (Path(sys.argv[1]) / name).write_text(document(language), encoding="utf-8")
