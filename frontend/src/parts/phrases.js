// Canned phrases (定型文) for a box: data-phrases="content" on the box or around it. A button and Ctrl+; open the menu,
// ";" and the first letters of a shortcut find a phrase while one types. The texts come from the server when first asked for.

import { announce, onNew, words } from "./page.js";

const READY = /(?:^|[\s、。，．「」（）])[;；]([^\s;；]{0,20})$/u;
const MOST = 50;
const texts = new Map();
let menu = null;

function load(use) {
  if (!texts.has(use)) {
    const asked = fetch(`${words().phrases}?use=${use}`, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(answer.status)))
      .then((said) => said.phrases);
    // What failed is asked for again.
    asked.catch(() => texts.delete(use));
    texts.set(use, asked);
  }
  return texts.get(use).catch(() => []);
}

const boxOf = (element) => (element.matches("textarea, input") ? element : element.querySelector("textarea, input:not([type=hidden])"));
const useOf = (field) => field.closest("[data-phrases]")?.dataset.phrases;

onNew("[data-phrases]:not(#words)", (all) => {
  for (const one of all) {
    const field = boxOf(one);
    if (!field || field.dataset.phrasesReady || one.closest("template")) continue;
    field.dataset.phrasesReady = "yes";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "chip phrases-open", textContent: words().phrasesLabel });
    button.title = "Ctrl+;";
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => openMenu(field));
    field.after(button);
    field.addEventListener("keydown", (event) => onKey(event, field));
    field.addEventListener("input", () => follow(field));
    field.addEventListener("blur", () => setTimeout(() => menu?.inline && document.activeElement !== field && close(), 150));
  }
});

function onKey(event, field) {
  if ((event.ctrlKey || event.metaKey) && (event.key === ";" || event.code === "Semicolon")) {
    event.preventDefault();
    openMenu(field);
  } else if (menu?.inline && menu.field === field) steer(event);
}

/** While one types: is there a shortcut before the cursor? */
async function follow(field) {
  const at = field.selectionStart;
  const found = at === field.selectionEnd && READY.exec(field.value.slice(0, at));
  if (!found) return menu?.inline && close();
  const typed = found[1].toLowerCase();
  const all = await load(useOf(field));
  if (field.selectionStart !== at || document.activeElement !== field) return;
  const fitting = all.filter((one) => one.shortcut && one.shortcut.toLowerCase().startsWith(typed));
  if (!fitting.length) return menu?.inline && close();
  show(field, { inline: true, from: at - found[1].length - 1, to: at });
  // After ";" alone Enter still ends the line: nothing is chosen yet.
  fill(fitting, typed ? 0 : -1);
  announce(fitting.length === 1 ? filled(fitting[0].text) : `${words().phrasesLabel} ${fitting.length}`);
}

async function openMenu(field) {
  show(field, { inline: false, from: field.selectionStart ?? field.value.length, to: field.selectionEnd ?? field.value.length });
  const all = await load(useOf(field));
  if (menu?.field !== field || menu.inline) return;
  menu.all = all;
  search();
  // Who types faster than the net answers is not made to press Enter twice.
  if (menu.entered && menu.shown.length) insert(menu.shown[0]);
}

function search() {
  const { value } = menu.panel.querySelector("input");
  fill(menu.all.filter((one) => fits(one, value)), 0);
}

function show(field, where) {
  if (menu && (menu.field !== field || menu.inline !== where.inline)) close();
  if (!menu) menu = { field, panel: made(field, where.inline), shown: [], at: -1, all: null, entered: false };
  Object.assign(menu, where);
  if (!where.inline) menu.panel.querySelector("input").focus();
}

function made(field, inline) {
  const said = words();
  const panel = document.createElement("div");
  panel.className = "phrases";
  panel.setAttribute("role", inline ? "group" : "dialog");
  panel.setAttribute("aria-label", said.phrasesLabel);
  if (!inline) {
    const input = Object.assign(document.createElement("input"), { type: "search", className: "form-control", placeholder: said.phrasesSearch, autocomplete: "off" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": said.phrasesSearch, "aria-expanded": "true", "aria-controls": "phrases-list" })) input.setAttribute(name, value);
    input.addEventListener("input", () => menu.all && search());
    input.addEventListener("keydown", steer);
    panel.append(input);
  }
  const list = Object.assign(document.createElement("ul"), { id: "phrases-list" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", said.phrasesLabel);
  // The box keeps the focus, and on a phone its keyboard.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) insert(menu.shown[[...list.children].indexOf(row)]);
  });
  panel.append(list);
  if (!inline) panel.append(Object.assign(document.createElement("a"), { href: said.phrasesOwn, target: "_blank", textContent: said.phrasesEdit, className: "small" }));
  (field.closest(".field") ?? field.parentElement).append(panel);
  return panel;
}

const fits = (one, typed) =>
  typed
    .normalize("NFKC")
    .toLowerCase()
    .split(/\s+/)
    .every((word) => `${one.shortcut} ${one.text}`.normalize("NFKC").toLowerCase().includes(word));

function fill(found, at) {
  menu.shown = found.slice(0, MOST);
  const list = menu.panel.querySelector("[role=listbox]");
  list.replaceChildren(...menu.shown.map(rowOf));
  if (!menu.shown.length) list.append(Object.assign(document.createElement("li"), { className: "quiet", textContent: words().none }));
  mark(menu.shown.length ? at : -1);
}

function rowOf(one, place) {
  const row = Object.assign(document.createElement("li"), { id: `phrase-${place}` });
  row.setAttribute("role", "option");
  row.append(Object.assign(document.createElement("span"), { textContent: filled(one.text) }));
  const note = [!menu.inline && place < 10 ? String((place + 1) % 10) : "", one.shortcut && `;${one.shortcut}`, one.of].filter(Boolean).join(" · ");
  if (note) row.append(Object.assign(document.createElement("small"), { textContent: note }));
  return row;
}

function mark(at) {
  menu.at = at;
  const rows = [...menu.panel.querySelectorAll("[role=option]")];
  rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
  rows[at]?.scrollIntoView({ block: "nearest" });
  const owner = menu.inline ? menu.field : menu.panel.querySelector("input");
  if (at >= 0) owner.setAttribute("aria-activedescendant", `phrase-${at}`);
  else owner.removeAttribute("aria-activedescendant");
}

function steer(event) {
  const { key } = event;
  const last = menu.shown.length - 1;
  if (key === "ArrowDown") mark(menu.at >= last ? 0 : menu.at + 1);
  else if (key === "ArrowUp") mark(menu.at <= 0 ? last : menu.at - 1);
  else if ((key === "Enter" || (key === "Tab" && menu.inline)) && menu.at >= 0) insert(menu.shown[menu.at]);
  // Enter in the search of the menu never sends the form around it.
  else if (key === "Enter" && !menu.inline) menu.entered = !menu.all;
  else if (key === "Escape") back();
  // The first ten have numbers, as long as nothing is searched for.
  else if (!menu.inline && /^[0-9]$/.test(key) && !event.target.value && menu.shown[(+key + 9) % 10]) insert(menu.shown[(+key + 9) % 10]);
  else {
    if (key === "Tab") close();
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function back() {
  const { field, inline, from, to } = menu;
  close();
  if (inline) return;
  field.focus();
  field.setSelectionRange(from, to);
}

function close() {
  menu?.field.removeAttribute("aria-activedescendant");
  menu?.panel.remove();
  menu = null;
}

/** In place of ";abc", or of what was selected. The browser's own insertion can be undone with Ctrl+Z; setRangeText cannot everywhere. */
function insert(one) {
  const { field, from, to } = menu;
  close();
  const text = filled(one.text);
  field.focus();
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

const BLANK = "○○";

/** {customer}, {person} and {date}, from the form or from what the page says (data-phrase-customer …). */
function filled(text) {
  return text.replace(/\{(customer|person|date)\}/g, (_whole, name) => blanks[name]() || document.querySelector(`[data-phrase-${name}]`)?.getAttribute(`data-phrase-${name}`) || BLANK);
}

const chosen = (id) => document.querySelector(`#${id} option:checked:not([value=""])`)?.textContent.trim();
const blanks = {
  customer: () => chosen("id_customer"),
  person: () => chosen("id_people"),
  date: () => document.getElementById("id_date")?.value || document.getElementById("id_starts_on")?.value,
};
