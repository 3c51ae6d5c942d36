"""A page in headless Chromium: what it asks for outside, what its console says, what it draws.

No driver is needed: a watch in the head of the page writes what it saw into the DOM. A policy
refuses whatever is not in the file, and every refusal is told.
"""

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
WATCH = """
<meta http-equiv="Content-Security-Policy" content="default-src 'none';
 script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:;
 font-src data:">
<script>
const seen = {errors: [], asked: []};
window.addEventListener('securitypolicyviolation', e => seen.asked.push(e.blockedURI));
window.addEventListener('error', e => { if (e.message) seen.errors.push(e.message); });
window.addEventListener('unhandledrejection', e => seen.errors.push(String(e.reason)));
for (const name of ['error', 'warn']) {
  const before = console[name];
  console[name] = (...told) => { seen.errors.push(told.join(' ')); before(...told); };
}
window.addEventListener('load', () => setTimeout(() => {
  const told = document.createElement('pre');
  told.id = 'seen';
  told.textContent = JSON.stringify(seen);
  document.body.appendChild(told);
}, 500));
</script>"""


@dataclass(frozen=True)
class Shown:
    """What Chromium made of a page: its DOM, its console's errors and warnings, what it asked for.

    asked   addresses outside of the file
    """

    dom: str
    errors: list[str]
    asked: list[str]


def show(page: Path, folder: Path) -> Shown:
    """Load `page` in headless Chromium, its profile in `folder`; skips the test without one."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip("there is no Chromium here; Debian's package is chromium")
    watched = folder / "watched.html"
    text = page.read_text(encoding="utf-8")
    watched.write_text(text.replace("<head>", "<head>" + WATCH, 1), encoding="utf-8")
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",  # the browser itself asks nobody either
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=10000",
            "--dump-dom",
            watched.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    dom = done.stdout.decode("utf-8")
    told = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)
    assert told, "the page did not load to its end"
    return Shown(dom, **json.loads(html.unescape(told[1])))
