"""The report's page in a real Chromium: what a person reads and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, WIDE, needs_browser
from test_eval_run import CASES, run, write_set

from pincite.eval.meanings import FIRST, GROUPS
from pincite.eval.totals import summarise

needs_browser()
pytestmark = pytest.mark.browser


def test_every_metric_has_its_meaning_once() -> None:
    named = [name for group in GROUPS.values() for name in group]
    assert sorted(named) == sorted(summarise(()))
    assert set(FIRST) <= set(named)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A failed run: "days" was right in the baseline, and "cost" is misspelt."""
    folder = tmp_path_factory.mktemp("page")
    baseline, page = folder / "baseline.json", folder / "report.html"
    misspelt = {**CASES[0], "flavour": "misspelt"}
    asked = write_set(folder / "small", [misspelt, *CASES[1:]])
    assert run(asked, "--baseline", baseline, "--update-baseline").exit_code == 0
    write_set(asked, [misspelt, {**CASES[1], "answers": ["nine <b>weeks</b>"]}, CASES[2]])
    assert run(asked, "--baseline", baseline, "--report", page).exit_code == 1
    return page


@pytest.fixture(params=[(WIDE, "light"), (PHONE, "dark")], ids=["wide-light", "phone-dark"])
def opened(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    size, scheme = request.param
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    yield page
    assert said == []
    context.close()


def shown(page: Any) -> list[str]:
    return [one.get_attribute("id") for one in page.locator(".case:visible").all()]


def test_the_verdict_and_its_reasons_stand_first(opened: Any) -> None:
    assert opened.locator(".badge").text_content() == "failed"
    assert "contained was 1 in the baseline and is 0.5" in opened.locator("ul").text_content()
    assert opened.locator(".tile", has_text="answers right").locator("b").text_content() == "0.5"


def test_names_in_the_tables_and_the_filters_choose_cases(opened: Any) -> None:
    assert shown(opened) == ["case-cost", "case-days", "case-egg"]
    opened.locator(".pick", has_text="misspelt").click()
    assert shown(opened) == ["case-cost"]
    opened.locator(".pick", has_text="unanswerable").click()
    assert shown(opened) == ["case-egg"]
    opened.locator("#clear").click()
    opened.locator("#state").select_option("lost since the baseline")
    assert shown(opened) == ["case-days"]
    opened.locator("#state").select_option("")
    opened.locator("#words").fill("million crowns")
    assert shown(opened) == ["case-cost"]
    assert opened.locator("#shown").text_content() == "1 of 3 cases"


def test_a_lost_case_is_one_click_away_with_its_quote_marked(opened: Any) -> None:
    opened.locator("#words").fill("no such words")
    opened.locator("a", has_text=CASES[1]["question"]).click()
    case = opened.locator("#case-days")
    assert case.evaluate("one => one.open")
    assert "nine <b>weeks</b>" in case.locator("dd").nth(1).text_content()  # as text, and not as a tag
    assert "eleven days" in case.locator("mark").first.text_content()
    case.get_by_text("passages, steps and scores").click()
    assert case.locator("th", has_text="keyword").is_visible()


def test_nothing_hangs_over_the_edge_and_axe_finds_nothing(opened: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(opened).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
