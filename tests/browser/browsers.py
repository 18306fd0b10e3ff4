"""The browsers of these tests: the distribution's own, with devices that are not real."""

import pytest
from playwright.sync_api import Browser, Playwright

from launcher.programs import find

# The same Chromium twice: the window that nobody sees is a quarter of the work of a test.
WHOLE, WINDOWLESS = "chromium", "chromium-headless-shell"
ARGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
]
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.peerconnection.ice.loopback": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
}
CONTEXT = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en-GB",
    "timezone_id": "Asia/Kolkata",
    "permissions": ["camera", "microphone"],
}


def launch_chromium(playwright: Playwright, *args: str, has_window: bool = True) -> Browser:
    """With these arguments; without its window, where that can be had."""
    program = WHOLE if has_window or find(WINDOWLESS) is None else WINDOWLESS
    return playwright.chromium.launch(executable_path=found(program), args=args)


def launch_firefox(playwright: Playwright) -> Browser:
    """The distribution's, over BiDi."""
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=found("firefox-esr"),
        headless=True,
        firefox_user_prefs=PREFERENCES,
    )


def context_for(browser: Browser) -> dict[str, object]:
    """What its contexts are made with. Firefox is asked for no permission: it gives devices."""
    is_firefox = browser.browser_type.name == "firefox"
    return {name: CONTEXT[name] for name in CONTEXT if not (is_firefox and name == "permissions")}


def found(program: str) -> str:
    """Where it is; without it the test is left out, and says so."""
    where = find(program)
    if where is None:
        pytest.skip(f"{program} is not here")
    return where
