// The layout editor: rows of one or two items in three areas, and the items that stand nowhere. It writes two fields of a form
// (areas and required, as JSON) and asks for a preview after each change.

import { announce } from "./parts/page.js";

const AREAS = ["main", "side", "foot"];
const QUIET_MS = 400;

export function edit(root) {
  if (root.dataset.ready) return;
  root.dataset.ready = "yes";
  const { items, areas, required } = JSON.parse(document.getElementById("layout-data").textContent);
  const state = { areas: Object.fromEntries(AREAS.map((name) => [name, areas[name] ?? []])), required: new Set(required) };
  const form = document.getElementById("layout-form");
  const preview = document.getElementById("preview-form");
  const said = root.dataset;
  const board = root.querySelector("[data-areas]");
  let timer;
  let dragged = "";

  const nameOf = (code) => items[code].label;
  const rowsIn = () => AREAS.flatMap((area) => state.areas[area].map((row, place) => ({ area, row, place })));
  const find = (code) => rowsIn().find(({ row }) => row.includes(code));
  const unplaced = () => Object.keys(items).filter((code) => !find(code));

  // What may be done with an item where it stands.
  const acts = {
    up: (code) => step(code, -1),
    down: (code) => step(code, 1),
    join(code) {
      const { area, place } = find(code);
      const next = state.areas[area][place + 1];
      state.areas[area].splice(place, 2, [code, ...next]);
    },
    split(code) {
      const { area, row, place } = find(code);
      state.areas[area].splice(place, 1, ...row.map((one) => [one]));
    },
    swap: (code) => find(code).row.reverse(),
    off(code) {
      take(code);
      state.required.delete(code);
    },
    place: (code) => state.areas.main.push([code]),
  };
  const may = {
    up: (at) => at && !(at.area === AREAS[0] && at.place === 0),
    down: (at) => at && !(at.area === AREAS.at(-1) && at.place === state.areas[at.area].length - 1),
    join(at, code) {
      const next = at && state.areas[at.area][at.place + 1];
      return Boolean(next && at.row.length === 1 && next.length === 1 && !items[code].block && !items[next[0]].block);
    },
    split: (at) => at?.row.length === 2,
    swap: (at) => at?.row.length === 2,
    off: (at, code) => at && !items[code].always,
    place: (at) => !at,
  };

  function take(code) {
    const at = find(code);
    if (!at) return;
    at.row.splice(at.row.indexOf(code), 1);
    if (!at.row.length) state.areas[at.area].splice(at.place, 1);
  }

  /** A row goes up or down; past the end of its area it goes on into the next one. */
  function step(code, way) {
    const { area, row, place } = find(code);
    const rows = state.areas[area];
    rows.splice(place, 1);
    const goal = place + way;
    if (goal >= 0 && goal <= rows.length) return rows.splice(goal, 0, row);
    const other = state.areas[AREAS[AREAS.indexOf(area) + way]];
    return way < 0 ? other.push(row) : other.unshift(row);
  }

  function act(name, code) {
    if (!may[name](find(code), code)) return;
    acts[name](code);
    changed(code, name);
  }

  function changed(code, focus) {
    draw();
    write();
    const cell = board.querySelector(`[data-code="${CSS.escape(code)}"]`);
    (cell?.querySelector(`[data-act="${focus}"]:not(:disabled)`) ?? cell?.querySelector("button:not(:disabled)"))?.focus();
    const at = find(code);
    announce(at ? `${nameOf(code)}: ${said[at.area]} ${at.place + 1} ${said.line}` : `${nameOf(code)}: ${said.unplaced}`);
  }

  function write() {
    for (const target of [form, preview]) {
      target.elements.areas.value = JSON.stringify(state.areas);
      target.elements.required.value = JSON.stringify([...state.required]);
    }
    clearTimeout(timer);
    timer = setTimeout(() => preview.submit(), QUIET_MS);
  }

  function draw() {
    board.replaceChildren(...AREAS.map(drawArea), drawUnplaced());
  }

  function drawArea(area) {
    const list = make("ol", { className: "le-rows" });
    list.append(...state.areas[area].map((row) => made("li", "le-row", ...row.map(drawItem))));
    if (!state.areas[area].length) list.append(made("li", "quiet", said.empty));
    const box = made("section", `le-area in-${area}`, made("h2", "", said[area]), list);
    box.dataset.area = area;
    return box;
  }

  function drawUnplaced() {
    const left = unplaced();
    const box = made("section", "le-area in-none", made("h2", "", said.unplaced), made("div", "le-row", ...left.map(drawItem)));
    if (!left.length) box.append(made("p", "quiet", said.empty));
    box.dataset.area = "";
    return box;
  }

  function drawItem(code) {
    const { label, always, demandable } = items[code];
    const at = find(code);
    const cell = made("div", "le-item", made("span", "le-name", label));
    cell.dataset.code = code;
    cell.draggable = true;
    if (always) cell.append(made("span", "pill", said.fixed));
    if (at && demandable) cell.append(drawMust(code, label));
    const buttons = made("div", "row-flow");
    for (const name of at ? ["up", "down", "join", "split", "swap", "off"] : ["place"]) {
      // Up and down stay where they are, so that a finger finds them again; the others are there when they can be used.
      const possible = may[name](at, code);
      if (possible || name === "up" || name === "down") buttons.append(drawButton(name, code, !possible));
    }
    cell.append(buttons);
    return cell;
  }

  function drawMust(code, label) {
    const box = make("input", { type: "checkbox", className: "form-check-input", checked: state.required.has(code) });
    box.setAttribute("aria-label", `${label}: ${said.required}`);
    box.addEventListener("change", () => {
      state.required[box.checked ? "add" : "delete"](code);
      write();
    });
    return made("label", "form-check", box, made("span", "form-check-label", said.required));
  }

  function drawButton(name, code, disabled) {
    const button = make("button", { type: "button", className: "icon-btn", disabled, title: said[name] });
    button.dataset.act = name;
    button.setAttribute("aria-label", `${nameOf(code)}: ${said[name]}`);
    button.append(root.querySelector("[data-icons]").content.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true));
    return button;
  }

  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button.dataset.act, button.closest("[data-code]").dataset.code);
  });

  board.addEventListener("keydown", (event) => {
    const code = event.target.closest("[data-code]")?.dataset.code;
    if (!code) return;
    const ways = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "swap", ArrowRight: "swap" };
    const name = event.altKey ? ways[event.key] : event.key === "Delete" ? "off" : "";
    if (!name) return;
    event.preventDefault();
    act(name, code);
  });

  // Dragging: above or below a row makes a row of one's own, onto its side makes two of it, the list of unplaced items takes off.
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-code]")?.dataset.code ?? "";
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
  });
  board.addEventListener("dragend", () => {
    dragged = "";
    unmark();
  });
  board.addEventListener("dragover", (event) => {
    const goal = goalOf(event);
    unmark();
    if (!goal) return;
    event.preventDefault();
    goal.box.classList.add(goal.kind);
  });
  board.addEventListener("drop", (event) => {
    const goal = goalOf(event);
    if (!goal) return;
    event.preventDefault();
    const code = dragged;
    drop(code, goal);
    changed(code, "up");
  });

  const unmark = () => board.querySelectorAll(".above, .below, .beside, .into").forEach((box) => box.classList.remove("above", "below", "beside", "into"));

  function goalOf(event) {
    const area = event.target.closest?.("[data-area]");
    if (!dragged || !area) return null;
    if (!area.dataset.area) return items[dragged].always ? null : { kind: "into", box: area };
    const other = event.target.closest("[data-code]");
    if (!other) return { kind: "into", box: area, area: area.dataset.area };
    if (other.dataset.code === dragged) return null;
    const at = find(other.dataset.code);
    const { top, height, left, width } = other.getBoundingClientRect();
    const [down, along] = [(event.clientY - top) / height, (event.clientX - left) / width];
    const single = at.row.filter((one) => one !== dragged).length === 1 && !items[dragged].block && !items[other.dataset.code].block;
    if (single && along > 0.6) return { kind: "beside", box: other, code: other.dataset.code };
    return { kind: down > 0.5 ? "below" : "above", box: other.closest(".le-row"), code: other.dataset.code };
  }

  function drop(code, goal) {
    take(code);
    if (!goal.code) {
      if (goal.area) state.areas[goal.area].push([code]);
      else state.required.delete(code);
      return;
    }
    const { area, row, place } = find(goal.code);
    if (goal.kind === "beside") row.push(code);
    else state.areas[area].splice(place + (goal.kind === "below" ? 1 : 0), 0, [code]);
  }

  draw();
  write();
}

const make = (tag, fields) => Object.assign(document.createElement(tag), fields);

function made(tag, className, ...children) {
  const element = make(tag, { className });
  element.append(...children);
  return element;
}
