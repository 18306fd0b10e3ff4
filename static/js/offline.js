/** The page for when there is no way to us: it goes away by itself as soon as there is one. */

const PAUSE = 5_000;
const { offline, home = "/" } = document.body.dataset;
// Someone may also open it at its own address, where nothing is to be waited for.
const isAtHome = location.pathname === offline;

async function tryAgain() {
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PAUSE) }).catch(() => null);
  if (!answer?.ok) return;
  if (isAtHome) location.replace(home);
  else location.reload();
}

document.querySelector("[data-ref=again]")?.addEventListener("click", tryAgain);
if (!isAtHome) {
  addEventListener("online", tryAgain);
  setInterval(tryAgain, PAUSE);
}
