"""Whether a page really sees and hears the other side."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.waiting import until

# Runs before the page's own scripts, so that its peer connections can be asked for their figures,
# and so can the player of the other's sound, which is in no document.
REMEMBER_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) { super(...options); window.peers.push(this); }
};
window.players = [];
const Player = Audio;
window.Audio = function (...options) {
  window.players.push(new Player(...options));
  return window.players.at(-1);
};
"""

# Waits inside the page, because a poll from outside would have to sleep.
GROWTH = """
async ({wanted, patience}) => {
  const measure = async () => {
    const figures = {framesDecoded: 0, bytesReceived: 0, totalAudioEnergy: 0, seen: 0, heard: 0};
    for (const peer of window.peers.filter((each) => each.connectionState !== "closed"))
      for (const report of (await peer.getStats()).values())
        if (report.type === "inbound-rtp")
          for (const name of ["framesDecoded", "bytesReceived", "totalAudioEnergy"])
            figures[name] += report[name] ?? 0;
    for (const player of document.querySelectorAll("video.call__remote"))
      figures.seen += player.currentTime;
    for (const player of window.players.filter((each) => !each.muted && each.volume))
      figures.heard += player.currentTime;
    return figures;
  };
  const deadline = performance.now() + patience * 1000;
  const before = await measure();
  for (;;) {
    const now = await measure();
    // A link or a player that another has replaced begins anew.
    for (const name of wanted) before[name] = Math.min(before[name], now[name]);
    const still = wanted.filter((name) => !(now[name] > before[name]));
    if (!still.length || performance.now() > deadline) return {still, before, now};
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
"""

# What was under way may still arrive. Each look is long enough for the fake microphone, which
# beeps once a second.
STILLNESS = """
async ({name, patience}) => {
  const measure = async () => {
    let sum = 0;
    for (const peer of window.peers.filter((each) => each.connectionState !== "closed"))
      for (const report of (await peer.getStats()).values())
        if (report.type === "inbound-rtp") sum += report[name] ?? 0;
    return sum;
  };
  const deadline = performance.now() + patience * 1000;
  for (;;) {
    const before = await measure();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const growth = (await measure()) - before;
    if (growth < 1e-6 || performance.now() > deadline) return growth;
  }
}
"""

# Of the pair that carries the call: whether it has relay candidates on either side, and by which
# protocol this side reaches its relay (Chromium says so on the candidate, Firefox too). A check may
# come before the word of the candidate that it is from; until then it is from a stranger.
RELAYED = """
(async () => {
  const peer = window.peers.find((each) => each.connectionState === "connected");
  const report = (await peer?.getStats()) ?? new Map();
  const all = [...report.values()];
  const chosen = all.find(({type}) => type === "transport")?.selectedCandidatePairId;
  const pairs = all.filter(({type}) => type === "candidate-pair");
  const pair = pairs.find(({id, selected}) => selected || id === chosen);
  const mine = report.get(pair?.localCandidateId);
  const theirs = report.get(pair?.remoteCandidateId);
  const kinds = [mine?.candidateType, theirs?.candidateType];
  return kinds.join() === "relay,relay" && mine.relayProtocol === "%s";
})()
"""

HEARD = ["bytesReceived", "totalAudioEnergy", "heard"]
SEEN = ["framesDecoded", "seen", *HEARD]


def sees_media_flow(page: Page, *, video: bool = True, within: float = 30) -> None:
    """From now on bytes arrive, frames are decoded, sound has energy, and both players play."""
    growth = measure_growth(page, SEEN if video else HEARD, within)
    assert not growth["still"], f"these do not grow: {growth}"


def goes_through_relays(page: Page, protocol: str) -> None:
    """The pair of candidates that carries the call is of relays on both sides."""
    until(page, RELAYED % protocol)


def sees_no_media(page: Page, *, within: float = 10) -> None:
    """For two seconds no frame is decoded; show first that they were."""
    is_still(page, "framesDecoded", within)


def hears_silence(page: Page, *, within: float = 10) -> None:
    """For two seconds no sound arrives; show first that it did."""
    is_still(page, "totalAudioEnergy", within)


def is_still(page: Page, name: str, patience: float) -> None:
    growth = page.evaluate(STILLNESS, {"name": name, "patience": patience})
    assert growth < 1e-6, f"{name} still grows by {growth}"


def measure_growth(page: Page, wanted: list[str], patience: float) -> dict[str, Any]:
    growth: dict[str, Any] = page.evaluate(GROWTH, {"wanted": wanted, "patience": patience})
    return growth
