// <details class="menu"> and popovers open by themselves. Here they only close again and find their place.

import { words } from "./page.js";
import { toast } from "./toasts.js";

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const pop = event.target;
    if (!pop.matches("[popover]") || event.newState !== "open") return;
    if (pop.id === "search") pop.querySelector("input").focus();
    if (pop.matches(".pop")) place(pop, document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]`));
  },
  true,
);

/** Put the popover below its button, or above it where there is no room; never outside the window. */
function place(pop, button) {
  if (!button) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = pop;
  pop.classList.add("placed");
  pop.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  pop.style.top = `${at.bottom + height + 12 < innerHeight ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text]");
  if (!button) return;
  const from = button.dataset.copy && document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(button.dataset.copyText ?? from.value ?? from.textContent.trim());
  toast(words().copied, { kind: "success" });
});

// Tabs that scroll show the one that is open.
for (const tab of document.querySelectorAll(".tabs, .kana-index"))
  tab.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center", container: "nearest" });

// The keyboard of a phone covers the bottom bar; the bar steps aside.
const typed = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select";
const TAP_MS = 300;
let pressed = false;

document.addEventListener("focusin", (event) => {
  if (event.target.matches(typed)) document.documentElement.classList.add("typing");
});
// Not at once: what is pressed takes the focus first, and the bars must not come up between it and the finger.
const settle = () =>
  setTimeout(() => {
    if (!pressed && !document.activeElement?.matches(typed)) document.documentElement.classList.remove("typing");
  }, TAP_MS);
document.addEventListener("focusout", settle);
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel"])
  document.addEventListener(
    end,
    () => {
      pressed = false;
      settle();
    },
    true,
  );
