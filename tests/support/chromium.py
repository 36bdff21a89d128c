"""The Chromium that the browser tests drive; run as a module, it says whether there is one that starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# No sandbox: root has none. The next keep it from calling home, which a closed network answers with noise.
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # what one window has compiled of Streamlit serves the next
]
_COMMANDS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium: the machine's own, else the one that `playwright install chromium` brought."""
    return playwright.chromium.launch(executable_path=_installed(), args=FLAGS)


def _installed() -> str | None:
    found = [path for path in map(shutil.which, _COMMANDS) if path]
    return next(iter(found + [path for path in _APPLICATIONS if Path(path).exists()]), None)


def main() -> int:
    """Print which Chromium starts, or what to do when none does."""
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)
    if driver.returncode:
        print(f"The browser tests cannot run here: apt-get install libatomic1 chromium.\n{driver.stderr.strip()}")
        return 1
    with sync_playwright() as playwright:
        try:
            with launch(playwright) as browser:
                print(f"Chromium {browser.version}")
                return 0
        except Error as error:
            print(f"The browser tests cannot run here: apt-get install chromium, or Google Chrome.\n{error.message}")
            return 1


if __name__ == "__main__":
    sys.exit(main())
