"""twitter-text-parser works where setuptools is not installed, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys


def _run(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return ran.stdout.strip()


def test_a_text_is_weighed_without_setuptools() -> None:
    code = (
        "import sys; sys.modules['setuptools'] = None; from publisher.render import weighted_length;"
        "print(weighted_length('a 🎉 example.org'))"
    )
    assert _run(code) == "28"


def test_the_stand_in_is_gone_after_the_import() -> None:
    code = "import sys; from publisher.twittertext import library; library(); print('pkg_resources' in sys.modules)"
    assert _run(code) == "False"
