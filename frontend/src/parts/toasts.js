import { onNew } from "./page.js";

const SHOWN_MS = 6000;

/** Say something at the edge of the page. Text only; `link` is {text, url}, `act` is {text, run} for a button, `acts` are several. */
export function toast(text, { kind = "error", link, act, acts = act ? [act] : [] } = {}) {
  const box = document.getElementById("toasts");
  const blank = document.getElementById("toast-of-script");
  if (!box || !blank) return;
  const made = blank.content.firstElementChild.cloneNode(true);
  made.classList.replace("error", kind);
  const place = made.querySelector(".toast-text");
  place.textContent = text;
  if (link) {
    const anchor = Object.assign(document.createElement("a"), {
      href: link.url,
      textContent: link.text,
      target: "_blank",
      rel: "noopener",
    });
    place.append(" ", anchor);
  }
  for (const one of acts) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: one.text });
    button.addEventListener("click", () => {
      made.remove();
      one.run();
    });
    place.append(" ", button);
  }
  // The same sentence twice helps nobody.
  for (const old of box.children) if (old.querySelector(".toast-text")?.textContent === place.textContent) old.remove();
  box.append(made);
  start(made);
}

function start(one) {
  if (one.dataset.started) return;
  one.dataset.started = "yes";
  one.querySelector("[data-toast-close]").addEventListener("click", () => one.remove());
  // What went wrong stays until it is read.
  if (one.classList.contains("error") || one.classList.contains("warning")) return;
  let timer = setTimeout(() => one.remove(), SHOWN_MS);
  one.addEventListener("pointerenter", () => clearTimeout(timer));
  one.addEventListener("pointerleave", () => {
    timer = setTimeout(() => one.remove(), SHOWN_MS / 2);
  });
}

onNew("[data-toast]", (all) => all.forEach(start));
