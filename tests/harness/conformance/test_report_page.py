"""The page of a report in a real browser, without network and from a file, as people open it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.conformance.document import Command, ConformanceReport, Request, ScenarioResult
from harness.conformance.page import embedded, html_page

MakeScenario = Callable[..., ScenarioResult]
Report = Callable[..., ConformanceReport]

HOSTILE = "</script><script>document.title='taken'</script><!-- <b>bold</b> & \u2028 \u2029 ]]>"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium here")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


class Page:
    """An open page, what it asked the network for, and what it complained about."""

    def __init__(self, page: Any) -> None:
        self.tab = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def shown(self) -> list[str]:
        """The ids of the requirements that can be seen."""
        return [each.get_attribute("id") for each in self.tab.locator(".req:visible").all()]

    def press(self, label: str) -> None:
        self.tab.get_by_role("button", name=label, exact=False).first.click()


@pytest.fixture
def report(make_scenario: MakeScenario, report: Report) -> ConformanceReport:
    command = Command(
        user="Dana",
        line="mirrord operator session kill --id A1",
        exit_code=1,
        stdout="",
        stderr=f"no! {HOSTILE}\n",
    )
    request = Request(
        user="dana@example.com",
        verb="delete",
        path="/apis/x/sessions/161",
        code=403,
        decision="forbid",
        reason="RBAC: no",
    )
    return report(
        make_scenario("It holds", "KILL-001"),
        make_scenario(
            HOSTILE,
            "KILL-002",
            result="failed",
            reason=f"expected success\n{HOSTILE}",
            commands=[command],
            requests=[request],
        ),
        make_scenario(
            "It is left out", "KUBE-001", result="skipped", reason="the cluster 'fake' has no kubectl"
        ),
        make_scenario("It is a guess", "PORT-005"),
    )


@pytest.fixture
def page(browser: Any, report: ConformanceReport, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "report.html"
    file.write_text(html_page(report), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    tab.set_default_timeout(5000)
    opened = Page(tab)
    tab.goto(file.as_uri())
    yield opened
    tab.close()


def test_it_is_one_request_and_nothing_is_wrong(page: Page) -> None:
    assert page.tab.locator("#verdict").inner_text() == "✕ Failed"
    assert page.tab.title() == "Conformance failed: mirrord operator 3.187.0"
    assert [url.partition(":")[0] for url in page.requests] == ["file"]
    assert page.complaints == []


def test_requirements_are_grouped_by_profile(page: Page) -> None:
    assert page.shown == ["KUBE-001", "PORT-005", "KILL-001", "KILL-002"]
    assert page.tab.locator(".group h2").all_inner_texts() == [
        "Sessions\n0 of 1 met",
        "Ports\n1 of 1 met",
        "Kill\n1 of 2 met",
    ]


@pytest.mark.parametrize(
    ("button", "shown"),
    [
        ("Failed 1", ["KILL-002"]),
        ("Skipped 1", ["KUBE-001"]),
        ("Passed 2", ["PORT-005", "KILL-001"]),
        ("Ending one session", ["KILL-001", "KILL-002"]),
    ],
)
def test_results_and_profiles_filter(page: Page, button: str, shown: list[str]) -> None:
    page.press(button)
    assert page.shown == shown
    assert page.tab.get_by_role("status").inner_text() == f"{len(shown)} of 4 requirements"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("left out", ["KUBE-001"]),
        ("KILL-00", ["KILL-001", "KILL-002"]),
        ("--id a1", ["KILL-002"]),
        ("no such thing", []),
    ],
)
def test_words_filter_by_all_that_is_known(page: Page, words: str, shown: list[str]) -> None:
    page.tab.keyboard.press("/")
    page.tab.keyboard.type(words)
    assert page.shown == shown
    assert page.tab.get_by_text("No requirement fits the filter.").is_visible() == (not shown)
    page.tab.keyboard.press("Escape")
    assert len(page.shown) == 4


def test_levels_filter(page: Page) -> None:
    page.tab.get_by_label("Level").select_option("extended")
    assert page.shown == ["KUBE-001"]


def test_the_evidence_of_a_failure_is_visible_at_once(page: Page) -> None:
    failed = page.tab.locator("#KILL-002")
    for text in (
        "$ mirrord operator session kill --id A1",
        "exit code 1",
        "expected success",
        "forbid: RBAC: no",
        "403",
    ):
        assert failed.get_by_text(text).first.is_visible(), text


def test_what_was_skipped_says_why_and_is_linked(page: Page) -> None:
    page.tab.locator("#skipped").get_by_role("link", name="KUBE-001").click()
    page.tab.wait_for_selector("#KUBE-001[open]")
    assert (
        page.tab.locator("#KUBE-001").get_by_text("Skipped: the cluster 'fake' has no kubectl").is_visible()
    )


def test_a_requirement_opens_by_the_keyboard(page: Page) -> None:
    page.tab.locator("#KILL-001 > summary").focus()
    page.tab.keyboard.press("Enter")
    page.tab.wait_for_selector("#KILL-001[open]")
    assert page.tab.locator("#KILL-001").get_by_text("It holds happens").is_visible()


def test_texts_are_shown_and_never_run(page: Page) -> None:
    page.press("Expand all")
    said = page.tab.locator("#KILL-002").inner_text()
    assert "no! </script><script>document.title='taken'</script><!-- <b>bold</b> & " in said
    assert page.tab.locator("#KILL-002 b", has_text="bold").count() == 0
    assert page.tab.title().startswith("Conformance failed")
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_told_from_their_background(page: Page, scheme: str) -> None:
    page.tab.emulate_media(color_scheme=scheme)
    page.press("Expand all")
    poor = page.tab.evaluate(CONTRAST)
    assert poor == []


def test_it_fits_on_a_telephone(page: Page) -> None:
    page.tab.set_viewport_size({"width": 390, "height": 800})
    page.press("Expand all")
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_in_the_data_can_end_its_element(report: ConformanceReport) -> None:
    assert not set("<>&\u2028\u2029") & set(embedded(report))


CONTRAST = """() => {
  const channels = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(node).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const node of document.querySelectorAll("main *")) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()) || !node.checkVisibility()) continue;
    const [one, other] = [light(channels(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (one + .05) / (other + .05);
    if (ratio < 4.5) poor.add(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""
