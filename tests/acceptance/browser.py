"""A page in headless Chromium: what a script finds in it, and how it looks."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".node" / "node_modules" / "axe-core" / "axe.min.js"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_RESULT = re.compile(r'<pre id="found-by-the-test">(.*?)</pre>', re.DOTALL)


def chromium() -> str:
    """Where it is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "the tests need a browser (Debian: apt-get install chromium), and none was found"
    return found


def open_page(address: str, profile: Path, *options: str) -> str:
    """Open an address; gives what the browser prints."""
    command = [
        chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run",
        f"--user-data-dir={profile}", *options, address,
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180, encoding="utf-8")
    return ran.stdout


def found_in(page: str, script: str, folder: Path, *, width: int = 1280) -> Any:  # noqa: ANN401  whatever the script gives
    """What an asynchronous script finds in a page. The copy that is opened lacks the policy, which would forbid it."""
    assert AXE.is_file(), "the tests need axe-core: make install-dev"
    copy = folder / "copy.html"
    asking = (
        "<script>" + AXE.read_text(encoding="utf-8").replace("</script>", "<\\/script>") + "</script>"
        f"<script>(async () => {{ {script} }})().catch(error => ({{error: String(error)}})).then(found => {{"
        "const out = document.createElement('pre'); out.id = 'found-by-the-test';"
        "out.textContent = JSON.stringify(found); document.body.append(out); });</script>"
    )
    copy.write_text(_POLICY.sub("", page).replace("</body>", f"{asking}</body>"), encoding="utf-8")
    size = f"--window-size={width},900"
    printed = open_page(copy.as_uri(), folder / "profile", "--dump-dom", "--virtual-time-budget=60000", size)
    found = _RESULT.search(printed)
    assert found, "the page gave no answer"
    return json.loads(html.unescape(found[1]))
