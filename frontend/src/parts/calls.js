// A tap on a telephone number or a mail address begins a record of it (続きから), and asks on return whether to go on.

import { words } from "./page.js";
import { post } from "./server.js";
import { toast } from "./toasts.js";

const OFF = "calls-not-noted";
const KINDS = { "tel:": "call", "mailto:": "mail", "sms:": "sms" };
const noted = () => localStorage.getItem(OFF) === null;

let begun = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='tel:'], a[href^='mailto:'], a[href^='sms:']");
  const about = link?.closest("[data-log-call]");
  if (!about || !words().callUrl || !noted()) return;
  const said = new URLSearchParams({ kind: KINDS[link.protocol], ...pick(link.closest("[data-log-person]"), "person"), ...pick(about, "customer") });
  // The dialler may put the page to sleep at once.
  begun = post(words().callUrl, said, { keepalive: true });
  setTimeout(offer, 1500);
});

function pick(element, name) {
  const key = element?.dataset[`log${name[0].toUpperCase()}${name.slice(1)}`];
  return key ? { [name]: key } : {};
}

async function offer() {
  if (!begun || document.visibilityState === "hidden") return;
  const { status, said } = await begun;
  begun = null;
  if (status !== 201) return;
  toast(words().callAsk, {
    kind: "warning",
    acts: [
      { text: words().callYes, run: () => location.assign(said.url) },
      { text: words().callNo, run: () => post(said.discard, new URLSearchParams({ quiet: "1" })) },
    ],
  });
}

document.addEventListener("visibilitychange", offer);
window.addEventListener("pageshow", offer);

// Each browser may go without it.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-log-calls]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});
for (const box of document.querySelectorAll("[data-log-calls]")) box.checked = noted();
