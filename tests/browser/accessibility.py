"""What axe says about a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

axe = Axe()

# Without preload axe reads the sheets as they are; it would set inline styles to fetch them again.
OPTIONS = {"resultTypes": ["violations"], "preload": False}

# Half faded text has half the contrast. Waiting for motion could take for ever: a page that is
# not drawn does not move; and what moves for ever has no end.
END_MOTION = """
() => {
  for (const each of document.getAnimations()) {
    if (Number.isFinite(each.effect.getComputedTiming().endTime)) each.finish();
  }
}
"""


def has_no_violations(page: Page) -> None:
    """No violation of the rules axe can check, at the end of all motion."""
    page.evaluate(END_MOTION)
    results = axe.run(page, options=OPTIONS)
    assert not results.violations_count, f"{page.url}\n{results.generate_report()}"
