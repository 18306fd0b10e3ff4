/** Shows on a page who is there: dots, and the words beside them. */

/**
 * @param {string} person
 * @param {boolean} online
 */
export function showPresence(person, online) {
  for (const dot of document.querySelectorAll(`[data-presence-of="${CSS.escape(person)}"]`)) {
    dot.setAttribute("data-presence", online ? "available" : "offline");
  }
  for (const note of document.querySelectorAll(`[data-presence-note="${CSS.escape(person)}"]`)) {
    const words = note.getAttribute(online ? "data-online" : "data-offline");
    if (words !== null && note.textContent !== words) note.textContent = words;
  }
}
