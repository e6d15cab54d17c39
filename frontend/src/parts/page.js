// What all parts need: words, announcements, and a call for everything new in the page.

export const words = () => document.getElementById("words")?.dataset ?? {};

export const csrf = () => {
  const headers = document.body.getAttribute("hx-headers:inherited");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
};

export function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

const calls = [];

/** Call `act` with the elements that match, now and for every part that comes later. */
export function onNew(selector, act) {
  calls.push([selector, act]);
  run(document, selector, act);
}

/** Tell the parts about elements that were put into the page without htmx. */
export function welcome(root) {
  for (const [selector, act] of calls) run(root, selector, act);
}

function run(root, selector, act) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  if (found.length) act(found);
}

document.addEventListener("htmx:after:swap", () => welcome(document));
