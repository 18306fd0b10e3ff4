"""Waiting for what a page knows and no locator shows.

Playwright's own `wait_for_function` evaluates its text again and again, which our content
policy forbids from the second time on.
"""

from playwright.sync_api import Page

LOOP = """
async (patience) => {
  const deadline = performance.now() + patience * 1000;
  for (;;) {
    const value = await (%s);
    if (value || performance.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
"""


def until(page: Page, expression: str, *, within: float = 20) -> object:
    """Waits until the JavaScript expression is true, or resolves to something true."""
    value: object = page.evaluate(LOOP % expression, within)
    assert value, f"not true within {within} s: {expression}"
    return value
