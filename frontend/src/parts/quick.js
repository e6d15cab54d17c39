// Creating from within a form what one of its fields lacks: a dialog, and then the field chooses what was made.

import htmx from "htmx.org";
import { onNew } from "./page.js";
import { toast } from "./toasts.js";

const SETTLED_MS = 80;
// Without settling: it would carry the style attributes of the old fields over, which our policy forbids.
const SWAP = "innerHTML settle:0";
const box = () => document.getElementById("create");
let opener = null;

export const quickButtonOf = (select) => select.id && document.querySelector(`[data-quick-for="${CSS.escape(select.id)}"]`);

/** Open the dialog of this button; `typed` is what was looked for in vain. */
export function openQuick(button, typed = "") {
  const url = new URL(button.dataset.quick, location.href);
  if (typed) url.searchParams.set("q", typed);
  const said = new FormData(button.closest("form"));
  for (const name of ["customer", "audience", "audience_parts"])
    for (const value of said.getAll(name)) if (value) url.searchParams.append(name, value);
  opener = button;
  return htmx.ajax("GET", url.pathname + url.search, { source: button, target: "#create-in", swap: SWAP });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-quick]");
  if (button) openQuick(button);
  if (event.target.closest("[data-quick-close]")) box().close();
  const twin = event.target.closest("[data-quick-pick]");
  if (twin && opener) choose(opener.dataset.quickFor, twin.dataset, "");
});

onNew("[data-quick-form]", ([form]) => {
  if (box().open) return;
  box().addEventListener("close", () => document.getElementById("create-in").replaceChildren(), { once: true });
  box().showModal();
  // The first field that is still empty, so that a name typed before is not typed again.
  const fields = [...form.querySelectorAll("input:not([type=hidden], [type=radio], [tabindex='-1']), select, textarea")];
  const first = fields.find((field) => !field.value && !field.closest("details:not([open])")) ?? fields[0];
  first?.focus();
});

onNew("[data-quick-made]", ([made]) => choose(made.dataset.for, made.dataset, made.textContent.trim()));

/** Let the field have the new option; if its customer was chosen in the dialog only, the form gets that one first. */
function choose(id, { value, text, note, customer, customerText }, news) {
  const select = document.getElementById(id);
  const form = opener?.closest("form");
  const whose = form?.elements.namedItem("customer");
  if (customer && whose && whose !== select && !whose.value) put(whose, customer, customerText);
  if (select) put(select, value, text, note);
  box().close();
  if (news) toast(news, { kind: "success" });
  if (select) focusOn(select);
}

export function put(select, value, text, note = "") {
  const chosen = select.tomselect;
  if (chosen) {
    chosen.addOption({ value, text, note });
    if (select.multiple) chosen.addItem(value);
    else chosen.setValue(value);
    chosen.setTextboxValue("");
    chosen.close();
  } else if (select.tagName === "SELECT") {
    select.append(new Option(text, value, true, true));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Go on where one was, without the list falling open over what comes next. */
export function focusOn(select) {
  const chosen = select.tomselect;
  if (!chosen) return select.focus();
  chosen.wrapper.classList.add("preloaded");
  chosen.focus();
  setTimeout(() => {
    chosen.close();
    chosen.wrapper.classList.remove("preloaded");
  }, SETTLED_MS);
}
