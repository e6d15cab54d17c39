// The contact form: copy an expense line, add its way back, take participants along as recipients, take a chosen segment back.

import { onNew } from "./page.js";

const FIELDS = ["kind", "origin", "destination", "amount_yen", "round_trip", "note"];

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-repeat-copy], [data-repeat-return]");
  if (button) copyLine(button.closest("[data-repeat-row]"), "repeatReturn" in button.dataset);
  const adder = event.target.closest("[data-add-from]");
  if (adder) addPeople(document.getElementById(adder.dataset.addFrom), document.getElementById(adder.dataset.addTo));
});

/** A new line like this one; the way back goes from its end to its start. */
function copyLine(row, back) {
  const box = row.closest("[data-repeat]");
  box.querySelector("[data-repeat-add]").click();
  const copy = box.querySelector("[data-repeat-rows]").lastElementChild;
  for (const name of FIELDS) {
    const from = fieldOf(row, back ? ({ origin: "destination", destination: "origin" })[name] ?? name : name);
    const to = fieldOf(copy, name);
    if (!from || !to) continue;
    if (to.type === "checkbox") to.checked = from.checked;
    else to.value = from.value;
    to.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`);

function addPeople(from, to) {
  const chosen = [...from.selectedOptions].filter((option) => option.value);
  for (const option of chosen) {
    if (to.tomselect) {
      to.tomselect.addOption({ value: option.value, text: option.textContent });
      to.tomselect.addItem(option.value);
    } else if (!to.querySelector(`option[value="${CSS.escape(option.value)}"]`)) {
      to.append(new Option(option.textContent, option.value, true, true));
    }
  }
  to.tomselect?.close();
}

// A radio button has no way back; in the segments of this form a second tap takes the choice back.
let standing = null;
document.addEventListener("pointerdown", (event) => {
  const radio = event.target.closest?.("[data-contact-form] .segment")?.querySelector("input[type=radio]");
  standing = radio?.checked ? radio : null;
});
document.addEventListener("click", (event) => {
  const radio = event.target;
  if (radio !== standing || radio.name === "audience") return;
  standing = null;
  radio.checked = false;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});

// The history of the customer that is chosen, beside the form.
onNew("[data-history-of]", (links) => {
  for (const link of links) {
    const customer = document.getElementById(link.dataset.historyOf);
    const show = () => {
      link.hidden = !customer.value;
      if (customer.value) link.search = new URLSearchParams({ customer: customer.value }).toString();
    };
    customer.addEventListener("change", show);
    show();
  }
});
