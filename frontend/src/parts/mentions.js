// A name behind an @: colleagues are offered while one types, <textarea data-mentions="/address">.

import { onNew } from "./page.js";

const SIGN = /[@＠]([^\s@＠]{0,20})$/;
const WAIT_MS = 150;

onNew("textarea[data-mentions]", (fields) => fields.forEach(watch));

function watch(field) {
  if (field.dataset.watched) return;
  field.dataset.watched = "yes";
  const list = Object.assign(document.createElement("ul"), { className: "mention-list", id: `${field.id}_people`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() ?? "");
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let timer;
  let asked = 0;

  const close = () => {
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  const select = (place) => {
    const lines = [...list.children];
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === place)));
    field.setAttribute("aria-activedescendant", lines[place].id);
    lines[place].scrollIntoView({ block: "nearest" });
  };
  const selected = () => [...list.children].findIndex((line) => line.ariaSelected === "true");

  async function offer() {
    const typed = field.value.slice(0, field.selectionStart).match(SIGN);
    if (!typed) return close();
    const mine = (asked += 1);
    const url = new URL(field.dataset.mentions, location.href);
    url.searchParams.set("q", typed[1]);
    let people = [];
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) people = (await answer.json()).results;
    } catch {
      // Without the net the name is simply typed.
    }
    if (mine !== asked) return;
    if (!people.length) return close();
    list.replaceChildren(...people.map(line));
    list.hidden = false;
    select(0);
  }

  function line(person, place) {
    const made = document.createElement("li");
    made.id = `${list.id}_${place}`;
    made.setAttribute("role", "option");
    made.dataset.value = person.value;
    made.dataset.name = person.text;
    made.append(person.text, Object.assign(document.createElement("small"), { textContent: person.note }));
    return made;
  }

  function take(chosen) {
    const end = field.selectionStart;
    const start = end - field.value.slice(0, end).match(SIGN)[0].length;
    field.setRangeText(`@${chosen.dataset.name} `, start, end, "end");
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: "mentions", value: chosen.dataset.value });
    field.form.append(kept);
    close();
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.focus();
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") select((selected() + 1) % count);
    else if (event.key === "ArrowUp") select((selected() - 1 + count) % count);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[selected()]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The text keeps the focus, and with it the keyboard of the phone.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("li");
    if (chosen) take(chosen);
  });
  field.addEventListener("blur", () => setTimeout(close, WAIT_MS));
}
