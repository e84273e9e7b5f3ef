"""Takes the README's pictures of the window: a real server over the demo articles, in a real Chromium.

python docs/screenshots.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

QUESTION = "How many prisoners were exchanged?"
UNANSWERED = "What did the rescued miners eat on their first day underground?"


def main() -> None:
    from browser import PHONE, WIDE, ask, chromium, serving

    from pincite.rag import open_library
    from pincite.ui.demo import add_demo, demo_questions

    with tempfile.TemporaryDirectory() as home, open_library(home) as library:
        add_demo(library)
        with serving(library, examples=demo_questions(library)) as address, chromium() as browser:
            for name, size, scheme in [("window", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "light")]:
                page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
                page.goto(address)
                page.wait_for_selector("#pc-question textarea")
                ask(page, QUESTION)
                if name == "dark":
                    ask(page, UNANSWERED)
                page.locator("a.pc-pin").first.click()
                page.locator("#pc-article-text mark").first.wait_for()
                page.wait_for_timeout(1500)  # the arriving mark fades
                page.screenshot(path=HERE / f"{name}.png")
                page.context.close()


if __name__ == "__main__":
    main()
