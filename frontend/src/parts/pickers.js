// Dates and times are typed freely (the server reads R8.11.20 too). The button opens the browser's own picker, chips fill in.

const pad = (number) => String(number).padStart(2, "0");
const written = (day) => `${day.getFullYear()}/${pad(day.getMonth() + 1)}/${pad(day.getDate())}`;

/** Read 2026/11/20, 2026-11-20 or 20261120; anything else is the server's business. */
function read(text) {
  const found = text
    .normalize("NFKC")
    .trim()
    .match(/^(\d{4})[/.-]?(\d{1,2})[/.-]?(\d{1,2})$/);
  return found ? new Date(+found[1], found[2] - 1, +found[3]) : null;
}

const minutesOf = (text) => {
  const found = text
    .normalize("NFKC")
    .trim()
    .match(/^(\d{1,2}):?(\d{2})$/);
  return found ? found[1] * 60 + +found[2] : null;
};
const clock = (minutes) => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;

function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-picker-open]")?.closest("[data-picker]");
  if (box) open(box);
  const chip = event.target.closest("[data-days], [data-months], [data-minutes]");
  if (chip?.dataset.minutes) setLength(chip);
  else if (chip) setDay(chip);
});

function open(box) {
  const [field, native] = [box.querySelector("input"), box.querySelector("[data-picker-native]")];
  const day = box.dataset.picker === "date" && read(field.value);
  native.value = day ? written(day).replaceAll("/", "-") : minutesOf(field.value) === null ? "" : clock(minutesOf(field.value));
  native.onchange = () => {
    if (native.value) fill(field, native.value.replaceAll("-", "/"));
  };
  native.showPicker();
}

function setDay(chip) {
  const group = chip.closest("[data-date-for]");
  if (!group) return;
  const base = group.dataset.from ? read(document.getElementById(group.dataset.from).value) : null;
  const day = base ?? new Date();
  const month = day.getMonth();
  if (chip.dataset.months) {
    day.setMonth(month + +chip.dataset.months);
    // 31 January + 1 month is the end of February, not the beginning of March.
    if ((day.getMonth() - month - chip.dataset.months + 120) % 12) day.setDate(0);
  } else {
    day.setDate(day.getDate() + +chip.dataset.days);
  }
  fill(document.getElementById(group.dataset.dateFor), written(day));
}

function setLength(chip) {
  const group = chip.closest("[data-end-for]");
  const start = minutesOf(document.getElementById(group.dataset.start).value);
  if (start === null) return;
  fill(document.getElementById(group.dataset.endFor), clock(Math.min(start + +chip.dataset.minutes, 1439)));
}

// Moving the start keeps the length.
document.addEventListener("focusin", (event) => {
  const range = event.target.closest?.("[data-time-range]");
  if (range) range.dataset.was = range.querySelector("input").value;
});
document.addEventListener("change", (event) => {
  const range = event.target.closest?.("[data-time-range]");
  if (!range) return;
  const [start, end] = [...range.querySelectorAll("input:not([data-picker-native])")];
  const [before, now, until] = [range.dataset.was ?? "", start.value, end.value].map(minutesOf);
  if (event.target !== start || before === null || now === null || until === null || until < before) return;
  range.dataset.was = start.value;
  fill(end, clock(Math.min(now + until - before, 1439)));
});
