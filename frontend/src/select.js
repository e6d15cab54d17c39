// Type-ahead: <select data-remote="/suggest"> asks the server, <select data-pick> searches its own options.

import TomSelect from "tom-select/dist/esm/tom-select.js";
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { words } from "./parts/page.js";
import { openQuick, quickButtonOf } from "./parts/quick.js";

TomSelect.define("clear_button", clearButton);
TomSelect.define("remove_button", removeButton);

const labelOf = (select) => select.labels?.[0]?.firstChild?.textContent.trim() ?? select.getAttribute("aria-label") ?? "";

export function enhance(select) {
  if (select.tomselect || select.closest("template")) return;
  const { remote, placeholder } = select.dataset;
  const name = labelOf(select);
  const source = remote ? fromServer(select, remote) : { settings: {}, isWaiting: () => false, isVain: () => true };
  const chosen = new TomSelect(select, {
    plugins: select.multiple
      ? { remove_button: { title: words().remove } }
      : select.required
        ? []
        : { clear_button: { title: words().clear } },
    valueField: "value",
    labelField: "text",
    searchField: remote ? [] : ["text", "note", "find"],
    placeholder: placeholder ?? (remote ? words().more : ""),
    hidePlaceholder: true,
    maxOptions: 200,
    closeAfterSelect: !select.multiple,
    allowEmptyOption: false,
    loadThrottle: 200,
    refreshThrottle: 0,
    ...source.settings,
    ...creating(select, source),
    render: {
      option: (data, safe) => `<div>${safe(data.text)}${data.note ? `<small>${safe(data.note)}</small>` : ""}</div>`,
      item: (data, safe) => `<div>${safe(data.text)}</div>`,
      option_create: (data, safe) => `<div class="create">${safe(words().create.replace("{text}", data.input))}</div>`,
      no_results: () => `<div class="no-results">${source.isWaiting() ? "…" : words().none + more(select)}</div>`,
    },
    onInitialize() {
      for (const option of select.options)
        Object.assign(this.options[option.value] ?? {}, { note: option.dataset.note, find: option.dataset.find });
      this.control_input.setAttribute("aria-label", name);
      select.setAttribute("aria-label", name);
      for (const about of ["aria-describedby", "aria-invalid"])
        if (select.hasAttribute(about)) this.control_input.setAttribute(about, select.getAttribute(about));
    },
    onItemAdd() {
      this.setTextboxValue("");
      // Who was put in by a button does not want a list over the fields below.
      if (select.multiple) this.refreshOptions(this.isOpen);
    },
  });
  chosen.wrapper.classList.toggle("invalid", select.getAttribute("aria-invalid") === "true");
  // While one searches for another name, the chosen one steps aside.
  const letters = () => chosen.wrapper.classList.toggle("with-text", Boolean(chosen.control_input.value));
  chosen.control_input.addEventListener("input", letters);
  chosen.on("item_add", letters);
  chosen.on("blur", letters);
  follow(select, chosen);
}

/** The list lies over the button below the field: a search in vain offers the other one itself. */
const more = (select) =>
  select.dataset.advancedSearch ? ` <button type="button" class="btn btn-sm" data-advanced-here>${words().advanced}</button>` : "";

/** What is not found may be created at once, where the form has a button for it: the dialog opens with what was typed. */
function creating(select, source) {
  const button = quickButtonOf(select);
  if (!button) return {};
  return {
    create(typed, done) {
      done();
      openQuick(button, typed);
    },
    createFilter: (typed) => Boolean(typed.trim()) && source.isVain(),
  };
}

/** The server has searched by name, kana, phone and code; what it found for these very letters is shown, nothing else. */
function fromServer(select, remote) {
  let found = new Set();
  let waiting = false;
  const settings = {
    score: () => (one) => (found.has(String(one.value)) ? 1 : 0),
    sortField: [{ field: "$order" }],
    shouldLoad: () => true,
    preload: "focus",
    onType() {
      // Enter must not take what was found for the letters before.
      found = new Set();
      waiting = true;
      this.refreshOptions(true);
    },
    async load(query, done) {
      const results = await ask(remote, query, otherOf(select));
      // An answer that comes late, also the one to no letters at all, is not shown for others.
      if (query !== this.lastValue) return done();
      found = new Set(results.map((one) => String(one.value)));
      waiting = false;
      this.loadedSearches = {};
      this.clearOptions((option) => this.items.includes(String(option.value)));
      return done(results.map((one) => ({ ...one, value: String(one.value) })));
    },
  };
  return { settings, isWaiting: () => waiting, isVain: () => !waiting && !found.size };
}

async function ask(remote, query, whole) {
  const url = new URL(remote, location.href);
  url.searchParams.set("q", query);
  if (whole) url.searchParams.set(whole.name, whole.value);
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok && !answer.redirected ? (await answer.json()).results : [];
  } catch {
    return [];
  }
}

const otherOf = (select) => select.dataset.remoteWith && document.querySelector(select.dataset.remoteWith);

/** People of a customer: another customer, another list. Guests and plans stay; only what is offered changes. */
function follow(select, chosen) {
  otherOf(select)?.addEventListener("change", () => {
    if (!("remoteKeeps" in select.dataset)) chosen.clear();
    chosen.clearOptions((option) => chosen.items.includes(String(option.value)));
    chosen.loadedSearches = {};
    chosen.wrapper.classList.remove("preloaded");
  });
}
