// Lists whose rows are put in order: dragged, or moved by the buttons beside them, or with Alt and an arrow key from within a row.
// data-sort names the form that takes the keys. Rows that stand below another one move with it and stay below it.

import { announce, csrf, words } from "./page.js";
import { toast } from "./toasts.js";

let dragged = null;
let sending = Promise.resolve();

const WAYS = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
const rowOf = (target) => target.closest?.("[data-sort] > [data-sort-key]");
const beside = (row) => [...row.parentElement.querySelectorAll(`:scope > [data-sort-level="${CSS.escape(row.dataset.sortLevel)}"]`)];
const fits = (row) => row && dragged && row !== dragged && beside(dragged).includes(row);
const unmark = () => document.querySelectorAll("[data-sort] > :is(.drop, .drop-below)").forEach((row) => row.classList.remove("drop", "drop-below"));

/** The row with those that stand below it. */
function groupOf(row) {
  const group = [row];
  for (let next = row.nextElementSibling; next && next.dataset.sortLevel === row.dataset.sortKey; next = next.nextElementSibling) group.push(next);
  return group;
}

function put(row, other, after) {
  const group = groupOf(row);
  if (after) groupOf(other).at(-1).after(...group);
  else other.before(...group);
  tidy(row);
  send(row.parentElement);
}

function tidy(row) {
  const rows = beside(row);
  rows.forEach((one, place) => {
    const [up, down] = ["-1", "1"].map((way) => one.querySelector(`[data-sort-move="${way}"]`));
    if (up) up.disabled = place === 0;
    if (down) down.disabled = place === rows.length - 1;
  });
}

function move(row, steps, control) {
  const rows = beside(row);
  const start = rows.indexOf(row);
  const end = Math.max(0, Math.min(rows.length - 1, start + steps));
  if (end !== start) put(row, rows[end], end > start);
  announce(`${row.dataset.sortName ?? ""} ${beside(row).indexOf(row) + 1} / ${rows.length}`);
  // A button at the end of its way gives the focus to the other one: it must not fall out of the list.
  const focus = control?.disabled ? row.querySelector("[data-sort-move]:not(:disabled)") : control;
  focus?.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** One after the other, so that the last order is the one that stays. */
function send(list) {
  const form = document.querySelector(list.dataset.sort);
  const body = new FormData(form);
  body.set("order", [...list.querySelectorAll(":scope > [data-sort-key]")].map((one) => one.dataset.sortKey).join(","));
  sending = sending.then(() => sent(form.action, body));
}

async function sent(url, body) {
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": csrf() } });
    if (!answer.ok || answer.redirected) toast(words().stale, { kind: "warning" });
  } catch {
    toast(words().network);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sort-move]");
  const row = button && rowOf(button);
  if (!row) return;
  event.preventDefault();
  move(row, +button.dataset.sortMove, button);
});

document.addEventListener("keydown", (event) => {
  const row = event.altKey && event.key in WAYS && rowOf(event.target);
  if (!row) return;
  event.preventDefault();
  move(row, WAYS[event.key], event.target);
});

document.addEventListener("dragstart", (event) => {
  dragged = rowOf(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.sortKey);
  dragged.classList.add("dragged");
});

const below = (event, row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

document.addEventListener("dragover", (event) => {
  const row = rowOf(event.target);
  if (!fits(row)) return;
  event.preventDefault();
  unmark();
  row.classList.add(below(event, row) ? "drop-below" : "drop");
});

document.addEventListener("drop", (event) => {
  const row = rowOf(event.target);
  if (!fits(row)) return;
  event.preventDefault();
  put(dragged, row, below(event, row));
});

document.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("dragged");
  dragged = null;
});
