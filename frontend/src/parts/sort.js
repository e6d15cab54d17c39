// Lists whose rows are dragged into order: data-sort names the form that sends the keys. Buttons beside each row serve the keyboard.

let dragged = null;

const rowOf = (event) => event.target.closest?.("[data-sort] > [data-sort-key]");
const fits = (row) => row && dragged && row !== dragged && row.parentElement === dragged.parentElement && row.dataset.sortLevel === dragged.dataset.sortLevel;
const unmark = () => document.querySelectorAll("[data-sort] > .drop").forEach((row) => row.classList.remove("drop"));

document.addEventListener("dragstart", (event) => {
  dragged = rowOf(event);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.sortKey);
  dragged.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  const row = rowOf(event);
  if (!fits(row)) return;
  event.preventDefault();
  unmark();
  row.classList.add("drop");
});

document.addEventListener("drop", (event) => {
  const row = rowOf(event);
  if (!fits(row)) return;
  event.preventDefault();
  row.before(dragged);
  const list = row.parentElement;
  const form = document.querySelector(list.dataset.sort);
  form.elements.order.value = [...list.querySelectorAll("[data-sort-key]")].map((one) => one.dataset.sortKey).join(",");
  form.requestSubmit();
});

document.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("dragged");
  dragged = null;
});
