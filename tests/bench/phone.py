"""The field page on an emulated slow phone (processor 6 times slower, 400 kbit/s, 400 ms): weight and speed.

DESIGN section 8: at most 120 kB for a first visit, its text in under 3 s, a tap answered in under 100 ms.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from governance.base.config import DEMO_PASSWORD
from tests.flows.conftest import ARGS, BROWSERS, PHONE

SLOWER = 6
NETWORK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
TAPS = 9


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, its unit and the most it may be."""

    name: str
    value: float
    unit: str
    most: float | None = None


def measure(base: str, officer: str) -> list[Figure]:
    """First visit, return visit, taps; of a phone that never was here."""
    with _phone() as (page, wire):
        weights = _weigh(wire)
        page.add_init_script(FORM)
        page.goto(f"{base}/officer/field")
        page.wait_for_selector("form.sign")
        first, form_after, shell = _text(page), page.evaluate("window.formAfter"), sum(weights)
        form = page.locator("form.sign").first
        form.locator("input").nth(0).fill(officer)
        form.locator("input").nth(1).fill(DEMO_PASSWORD)
        form.locator("button").first.click()
        page.locator(".list.long li").first.wait_for()
        whole = sum(weights)
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        weights.clear()
        page.reload()
        page.locator(".list.long li").first.wait_for()
        again, asked = _text(page), sum(weights)
        taps = page.evaluate(TAP, TAPS)
    return [
        Figure("first visit: shell", shell / 1000, "kB", 120),
        Figure("first visit: with the list", whole / 1000, "kB", 120),
        Figure("first visit: text after", first / 1000, "s", 3),
        Figure("first visit: sign-in form after", form_after / 1000, "s", 3),
        Figure("return visit: over the wire", asked / 1000, "kB", 5),
        Figure("return visit: text after", again / 1000, "s", 3),
        Figure(f"tap to recorded and shown, median of {len(taps)}", median(taps), "ms", 100),
    ]


def show(figures: list[Figure]) -> None:
    """Print the figures and the most they may be."""
    print("\nfield page on a slow phone (CPU / 6, 400 kbit/s, 400 ms), Chromium")
    for one in figures:
        aim = "" if one.most is None else f"{one.most:g}" + ("" if one.value <= one.most else "!")
        print(f"{one.name:<45}{one.value:>9.2f} {one.unit:<3}{aim:>7}")


@contextmanager
def _phone() -> Iterator[tuple[Page, CDPSession]]:
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", NETWORK)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page, wire
        browser.close()


def _weigh(wire: CDPSession) -> list[float]:
    """Bytes of each answer as they came over the wire, growing while the page loads."""
    weights: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        weights.append(event["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)
    return weights


def _text(page: Page) -> float:
    """Milliseconds to the first text."""
    took: float = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    return took


# Notes when the sign-in form stood there: the first thing that can be done.
FORM = """new MutationObserver((_, watch) => {
  if (!document.querySelector('form.sign')) return;
  window.formAfter = performance.now();
  watch.disconnect();
}).observe(document, { subtree: true, childList: true })"""

# A tap on what has been painted counts until the page has painted that it is recorded, which it says after the phone
# has committed it. One household after the other: what the tap before it has set going is in it.
TAP = """async (count) => {
  const until = (look) => new Promise((done) => {
    const found = () => { const one = look(); if (one) { watch.disconnect(); done(one); } };
    const watch = new MutationObserver(found);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    found();
  });
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const homes = document.getElementById('field').hemei.taken().pack.households.filter((one) => one.status === 'resident');
  const took = [];
  for (const home of homes.slice(0, count)) {
    location.hash = `#/h/${home.id}`;
    await until(() => !document.querySelector('.notice.good') && document.querySelector('h1')?.textContent.includes(home.head));
    const button = await until(() => [...document.querySelectorAll('button.item')]
      .find((one) => !one.querySelector('.go') && one.getAttribute('aria-disabled') === 'false'));
    await painted();
    const from = performance.now();
    button.click();
    const word = await until(() => document.querySelector('.notice.good, .notice.mind, .notice.bad'));
    if (!word.matches('.good')) throw new Error(word.textContent); // e.g. recorded today already: it asks first
    await painted();
    took.push(performance.now() - from);
  }
  return took;
}"""
