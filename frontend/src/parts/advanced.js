// 詳細検索: beside every customer's type-ahead a button for the dialog that finds one by phone, address, kind and more.

import htmx from "htmx.org";
import { onNew, words } from "./page.js";
import { focusOn, put } from "./quick.js";

const box = () => document.getElementById("advanced");
const offered = new WeakSet();
let serving = null;

onNew("select[data-advanced-search]", (selects) => selects.forEach(offer));

/** Lines of a list have no room for it. */
function offer(select) {
  const field = select.closest(".field");
  if (!field || offered.has(select) || select.closest("template, [data-repeat-row]")) return;
  offered.add(select);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "chip", textContent: words().advanced });
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => open(select));
  const beside = field.nextElementSibling?.matches(".chips") ? field.nextElementSibling : rowIn(field);
  beside.append(button);
}

function rowIn(field) {
  const row = document.createElement("div");
  row.className = "chips beside";
  field.append(row);
  return row;
}

/** What was typed in vain is taken along as the name. */
function open(select) {
  serving = select;
  const url = new URL(select.dataset.advancedSearch, location.href);
  const typed = select.tomselect?.control_input.value.trim();
  if (typed) url.searchParams.set("name", typed);
  htmx.ajax("GET", url.pathname + url.search, { source: document.body, target: "#advanced-in", swap: "innerHTML" });
}

onNew("[data-advanced-form]", ([form]) => {
  if (box().open) return;
  box().showModal();
  form.elements.namedItem("name").focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-advanced-close]")) box().close();
  const here = event.target.closest("[data-advanced-here]");
  if (here) open(here.closest(".ts-wrapper").previousElementSibling);
  const found = event.target.closest("[data-advanced-choose]");
  if (!found || !serving) return;
  put(serving, found.dataset.advancedChoose, found.dataset.text, found.dataset.note);
  box().close();
  focusOn(serving);
});
