"""What axe says about a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

axe = Axe()

# axe itself sets inline styles; what the browser says about those is no fault of the page.
being_checked: set[Page] = set()

# Half faded text has half the contrast; what moves for ever is not waited for.
MOTION_HAS_ENDED = """
Promise.allSettled(document.getAnimations()
  .filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime))
  .map((each) => each.finished))
"""


def has_no_violations(page: Page) -> None:
    """No violation of the rules axe can check, with motion finished."""
    page.evaluate(MOTION_HAS_ENDED)
    being_checked.add(page)
    results = axe.run(page)
    being_checked.discard(page)
    assert not results.violations_count, f"{page.url}\n{results.generate_report()}"
