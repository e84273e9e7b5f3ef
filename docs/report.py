"""Takes the README's pictures of an evaluation report: its top, and one case looked into, in a real Chromium.

pincite eval --report report.html; python docs/report.py report.html
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

CASE = "century-002"
SIZE = {"width": 1280, "height": 760}


def main() -> None:
    from browser import chromium

    with chromium() as browser:
        page = browser.new_context(viewport=SIZE, color_scheme="light").new_page()
        page.goto(Path(sys.argv[1]).resolve().as_uri())
        page.screenshot(path=HERE / "report.png")
        page.goto(f"{page.url}#case-{CASE}")
        page.locator(f"#case-{CASE} details summary").click()
        page.wait_for_timeout(300)
        page.evaluate(f"document.querySelector('#case-{CASE}').scrollIntoView()")
        page.screenshot(path=HERE / "report-case.png")


if __name__ == "__main__":
    main()
