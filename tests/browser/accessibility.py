"""What axe says about a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

axe = Axe()

# Without preload axe reads the sheets as they are; it would set inline styles to fetch them again.
OPTIONS = {"resultTypes": ["violations"], "preload": False}

# Half faded text has half the contrast; what moves for ever is not waited for.
MOTION_HAS_ENDED = """
Promise.allSettled(document.getAnimations()
  .filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime))
  .map((each) => each.finished))
"""


def has_no_violations(page: Page) -> None:
    """No violation of the rules axe can check, with motion finished."""
    page.evaluate(MOTION_HAS_ENDED)
    results = axe.run(page, options=OPTIONS)
    assert not results.violations_count, f"{page.url}\n{results.generate_report()}"
