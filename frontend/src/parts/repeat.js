// Rows of a formset: add from the template, remove, add up.

import { onNew, welcome } from "./page.js";

document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-repeat-add]");
  if (adder) add(adder.closest("[data-repeat]"), adder.dataset.repeatAdd);
  const remover = event.target.closest("[data-repeat-remove]");
  if (remover) remove(remover.closest("[data-repeat-row]"));
});

/** Add a row; `first` names the field where one begins to write. */
function add(box, first) {
  const total = box.querySelector("[name$='-TOTAL_FORMS']");
  const holder = document.createElement("template");
  holder.innerHTML = box.querySelector("template[data-repeat-empty]").innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.content.firstElementChild;
  total.value = +total.value + 1;
  box.querySelector("[data-repeat-rows]").append(row);
  welcome(row);
  const begin = first && row.querySelector(`[name$="-${first}"]`);
  // A type-ahead has just been asked for; until it is there, its select takes the cursor.
  (begin || row.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
}

/** The row stays in the form, marked as deleted; the server decides what that means. */
function remove(row) {
  const box = row.closest("[data-repeat]");
  const mark = row.querySelector("[name$='-DELETE']");
  mark.type = "hidden";
  mark.value = "on";
  row.hidden = true;
  sum(box);
  box.querySelector("[data-repeat-add]").focus();
}

function sum(box) {
  const out = box?.querySelector("[data-repeat-sum]");
  if (!out) return;
  const fields = box.querySelectorAll(`[data-repeat-row]:not([hidden]) [name$='-${out.dataset.repeatSum}']`);
  const numbers = [...fields].map((field) => Number(field.value.normalize("NFKC").replace(/[,円¥\s]/g, "")) || 0);
  out.value = numbers.reduce((all, one) => all + one, 0).toLocaleString("ja-JP");
}

document.addEventListener("input", (event) => sum(event.target.closest?.("[data-repeat]")));
onNew("[data-repeat]", (boxes) => boxes.forEach(sum));
