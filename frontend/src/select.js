// Type-ahead: <select data-remote="/suggest"> asks the server, <select data-pick> searches its own options.

import TomSelect from "tom-select/dist/esm/tom-select.js"
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js"
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js"
import { words } from "./parts/page.js"

TomSelect.define("clear_button", clearButton)
TomSelect.define("remove_button", removeButton)

const labelOf = (select) => select.labels?.[0]?.firstChild?.textContent.trim() ?? select.getAttribute("aria-label") ?? ""

export function enhance(select) {
  if (select.tomselect || select.closest("template")) return
  const { remote, placeholder, pick } = select.dataset
  const name = labelOf(select)
  const chosen = new TomSelect(select, {
    plugins: select.multiple ? { remove_button: { title: words().remove } } : select.required ? [] : { clear_button: { title: words().clear } },
    valueField: "value",
    labelField: "text",
    searchField: remote ? [] : ["text", "note", "find"],
    placeholder: placeholder ?? (remote ? words().more : ""),
    hidePlaceholder: true,
    maxOptions: 200,
    closeAfterSelect: !select.multiple,
    allowEmptyOption: false,
    loadThrottle: 200,
    ...(remote ? fromServer(select, remote) : {}),
    render: {
      option: (data, safe) => `<div>${safe(data.text)}${data.note ? `<small>${safe(data.note)}</small>` : ""}</div>`,
      item: (data, safe) => `<div>${safe(data.text)}</div>`,
      no_results: () => `<div class="no-results">${words().none}</div>`,
    },
    onInitialize() {
      for (const option of select.options) Object.assign(this.options[option.value] ?? {}, { note: option.dataset.note, find: option.dataset.find })
      this.control_input.setAttribute("aria-label", name)
      select.setAttribute("aria-label", name)
      for (const about of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(about)) this.control_input.setAttribute(about, select.getAttribute(about))
    },
    onItemAdd() {
      this.setTextboxValue("")
      if (select.multiple) this.refreshOptions()
    },
  })
  chosen.wrapper.classList.toggle("invalid", select.getAttribute("aria-invalid") === "true")
  follow(select, chosen)
}

function fromServer(select, remote) {
  return {
    // The server has searched by name, kana, phone and code; nothing is searched again here.
    score: () => () => 1,
    sortField: [{ field: "$order" }],
    shouldLoad: () => true,
    preload: "focus",
    load(query, done) {
      const url = new URL(remote, location.href)
      url.searchParams.set("q", query)
      const whole = otherOf(select)
      if (whole) url.searchParams.set(whole.name, whole.value)
      fetch(url, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { results: [] }))
        .then(({ results }) => {
          this.clearOptions((option) => this.items.includes(String(option.value)))
          done(results.map((one) => ({ ...one, value: String(one.value) })))
        })
        .catch(() => done([]))
    },
  }
}

const otherOf = (select) => select.dataset.remoteWith && document.querySelector(select.dataset.remoteWith)

/** People of a customer: another customer, another list. */
function follow(select, chosen) {
  otherOf(select)?.addEventListener("change", () => {
    chosen.clear()
    chosen.clearOptions()
    chosen.loadedSearches = {}
    chosen.wrapper.classList.remove("preloaded")
  })
}
