// What all parts need: words, announcements, and a call for everything new in the page.

export const words = () => ({ ...document.getElementById("words")?.dataset, ...document.getElementById("words-kept")?.dataset });

export const csrf = () => {
  const headers = document.body.getAttribute("hx-headers:inherited");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
};

/** A log-in in another tab has changed the token: every form of this page takes the new one. */
export function renewToken(token) {
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
}

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
