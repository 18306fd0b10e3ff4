"""Whether a page really sees and hears the other side."""

from typing import Any

from playwright.sync_api import Page

# Runs before the page's own scripts, so that its peer connections can be asked for their figures.
REMEMBER_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) { super(...options); window.peers.push(this); }
};
"""

# Waits inside the page, because a poll from outside would have to sleep. The other's sound plays
# in a player that is not in the document: its energy stands in the figures of the connection.
GROWTH = """
async ({wanted, patience}) => {
  const measure = async () => {
    const figures = {framesDecoded: 0, bytesReceived: 0, totalAudioEnergy: 0, currentTime: 0};
    for (const peer of window.peers.filter((each) => each.connectionState !== "closed"))
      for (const report of (await peer.getStats()).values())
        if (report.type === "inbound-rtp")
          for (const name of ["framesDecoded", "bytesReceived", "totalAudioEnergy"])
            figures[name] += report[name] ?? 0;
    for (const player of document.querySelectorAll("video.call__remote"))
      figures.currentTime += player.currentTime;
    return figures;
  };
  const deadline = performance.now() + patience * 1000;
  const before = await measure();
  for (;;) {
    const now = await measure();
    const still = wanted.filter((name) => !(now[name] > before[name]));
    if (!still.length || performance.now() > deadline) return {still, before, now};
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
"""

# Long enough for the fake microphone, which beeps once a second.
SILENCE = """
async ({patience}) => {
  const energy = async () => {
    let sum = 0;
    for (const peer of window.peers.filter((each) => each.connectionState !== "closed"))
      for (const report of (await peer.getStats()).values())
        if (report.type === "inbound-rtp") sum += report.totalAudioEnergy ?? 0;
    return sum;
  };
  const deadline = performance.now() + patience * 1000;
  for (;;) {
    const before = await energy();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const growth = (await energy()) - before;
    if (growth < 1e-6 || performance.now() > deadline) return growth;
  }
}
"""

HEARD = ["bytesReceived", "totalAudioEnergy"]
SEEN = ["framesDecoded", "currentTime", *HEARD]


def sees_media_flow(page: Page, *, video: bool = True, within: float = 15) -> None:
    """From now on bytes arrive and sound has energy; frames are decoded, and the picture moves."""
    growth = measure_growth(page, SEEN if video else HEARD, within)
    assert not growth["still"], f"these do not grow: {growth}"


def sees_no_media(page: Page, *, for_seconds: float = 2) -> None:
    """No further frame is decoded; show first that they were."""
    growth = measure_growth(page, ["framesDecoded"], for_seconds)
    assert growth["still"], f"frames still arrive: {growth}"


def hears_silence(page: Page, *, within: float = 10) -> None:
    """No sound arrives for two seconds; show first that it did."""
    growth = page.evaluate(SILENCE, {"patience": within})
    assert growth < 1e-6, f"sound of energy {growth} arrives"


def measure_growth(page: Page, wanted: list[str], patience: float) -> dict[str, Any]:
    growth: dict[str, Any] = page.evaluate(GROWTH, {"wanted": wanted, "patience": patience})
    return growth
