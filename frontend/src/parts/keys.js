// Shortcuts: "/" searches, "?" explains, data-key="n" or "g c" on any link or button.

import { methodOf } from "./forms.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], .ts-control, dialog[open]");
let before = "";
let timer;

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const keys = before ? `${before} ${event.key}` : event.key;
  remember(before ? "" : event.key);
  if (act(keys)) event.preventDefault();
});

function remember(key) {
  clearTimeout(timer);
  before = key === "g" ? key : "";
  timer = setTimeout(() => {
    before = "";
  }, 1200);
}

function act(keys) {
  if (keys === "/") return search();
  if (keys === "?") return document.getElementById("keys")?.showModal() ?? true;
  const target = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  target?.click();
  return Boolean(target);
}

function search() {
  const field = document.querySelector("main [type=search]") ?? document.querySelector("[data-search]");
  if (field && !field.checkVisibility()) document.getElementById("search").showPopover();
  field?.focus();
  return Boolean(field);
}

function send(event) {
  const form = event.target.form;
  if (!form || methodOf(form) !== "post") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary:not([type=button])"));
}
