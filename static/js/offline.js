/** The page for when there is no way to us: it goes away by itself as soon as there is one. */

const PAUSE = 5_000;
const { offline, home } = document.body.dataset;

async function tryAgain() {
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PAUSE) }).catch(() => null);
  if (!answer?.ok) return;
  if (location.pathname === offline) location.replace(home ?? "/");
  else location.reload();
}

addEventListener("online", tryAgain);
setInterval(tryAgain, PAUSE);
document.querySelector("[data-ref=again]")?.addEventListener("click", tryAgain);
