// Files of a form: chosen, dropped, pasted or photographed, sent one by one while the form is being filled in.
// What has arrived is a ticked box of the form: an interrupted upload loses neither the form nor the files before it.

import { announce, csrf, onNew, words } from "./page.js";
import { toast } from "./toasts.js";

const AT_ONCE = 2;
const waiting = [];
const sending = new Map(); // row -> its request
let held = null; // the submit that waits for the files

onNew("[data-files]", (zones) => {
  for (const zone of zones) {
    for (const part of zone.querySelectorAll("[data-files-scripted]")) part.hidden = false;
    for (const input of zone.querySelectorAll("[data-files-pick]")) {
      input.removeAttribute("name"); // without a script the form itself carries the files
      input.addEventListener("change", () => {
        take(zone, [...input.files]);
        input.value = "";
      });
    }
    for (const row of zone.querySelectorAll("[data-file]")) mark(row);
    zone.addEventListener("click", (event) => press(zone, event.target));
    zone.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
    });
    zone.addEventListener("drop", (event) => {
      zone.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      take(zone, [...event.dataTransfer.files]);
    });
  }
});

// A file dropped beside the zone would replace the page and all that was typed.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (document.querySelector("[data-files]") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}

document.addEventListener("paste", (event) => {
  const zone = document.querySelector("[data-files]");
  const files = [...(event.clipboardData?.files ?? [])];
  // A spreadsheet's cells come as text and as a picture of themselves: in a text field the text is meant.
  const typing = event.target.closest?.("input, textarea, [contenteditable]") && event.clipboardData.types.includes("text/plain");
  if (!zone || !files.length || typing) return;
  event.preventDefault();
  take(zone, files.map(named));
});

/** A pasted picture has no name of its own: the time is one. */
function named(file, place) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date();
  const stamp = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()];
  const name = stamp.map((part) => String(part).padStart(2, "0")).join("") + (place ? `-${place + 1}` : "");
  return new File([file], `${name}.${file.name.split(".").pop()}`, { type: file.type });
}

const kept = (zone) => zone.querySelectorAll("[data-file] input:checked, [data-file-sending]").length;

function take(zone, files) {
  for (const file of files) {
    if (kept(zone) >= Number(zone.dataset.most)) {
      toast(zone.dataset.tooMany);
      return;
    }
    const row = zone.querySelector("[data-files-blank]").content.firstElementChild.cloneNode(true);
    row.querySelector(".file-name").textContent = file.name;
    zone.querySelector("[data-files-list]").append(row);
    const job = { zone, file, row };
    row.querySelector("[data-file-again]").addEventListener("click", () => queue(job));
    row.querySelector("[data-file-cancel]").addEventListener("click", () => cancel(job));
    if (file.size > Number(zone.dataset.largest) * 1024 * 1024) fail(job, zone.dataset.tooLarge, false);
    else if (!file.size) fail(job, zone.dataset.empty, false);
    else queue(job);
  }
}

function queue(job) {
  const { row } = job;
  row.querySelector("[data-file-why]").hidden = true;
  row.querySelector("[data-file-again]").hidden = true;
  row.querySelector("progress").hidden = false;
  row.querySelector("progress").value = 0;
  delete row.dataset.fileFailed;
  waiting.push(job);
  next();
}

function next() {
  while (sending.size < AT_ONCE && waiting.length) send(waiting.shift());
  if (!sending.size && !waiting.length) release();
}

function send(job) {
  const { zone, file, row } = job;
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  sending.set(row, request);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.querySelector("progress").value = (event.loaded / event.total) * 100;
  });
  request.addEventListener("load", () => answered(job, request));
  request.addEventListener("error", () => fail(job, zone.dataset.failed, true));
  request.addEventListener("timeout", () => fail(job, zone.dataset.failed, true));
  request.addEventListener("loadend", () => {
    sending.delete(row);
    next();
  });
  request.open("POST", zone.dataset.url);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("HX-Request", "true"); // a session that has ended answers 401 instead of a log-in page
  request.send(body);
}

function answered(job, request) {
  const { zone, row } = job;
  if (request.status === 201) return arrived(zone, row, request.responseText);
  if (request.status === 401) {
    toast(words().login, { kind: "warning", link: { text: words().loginLink, url: "/accounts/login/" } });
    return fail(job, zone.dataset.failed, true);
  }
  let why = zone.dataset.failed;
  try {
    const said = JSON.parse(request.responseText);
    why = said.why ?? said.error ?? why;
  } catch {
    if (request.status === 413) why = zone.dataset.tooLarge; // the server in front was faster
    if (request.status === 429) why = words().often;
  }
  const final = [413, 415, 422].includes(request.status);
  fail(job, why, !final);
}

function arrived(zone, row, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const made = holder.content.querySelector("[data-file]");
  made.querySelector("input").name = zone.dataset.name;
  mark(made);
  row.replaceWith(made);
  announce(zone.dataset.arrived);
  made.querySelector("input").dispatchEvent(new Event("change", { bubbles: true })); // for whoever keeps what is typed
}

function fail(job, why, again) {
  const { row } = job;
  const said = row.querySelector("[data-file-why]");
  said.textContent = why;
  said.hidden = false;
  row.dataset.fileFailed = "yes";
  row.querySelector("progress").hidden = true;
  row.querySelector("[data-file-again]").hidden = !again;
}

function cancel(job) {
  const place = waiting.indexOf(job);
  if (place >= 0) waiting.splice(place, 1);
  sending.get(job.row)?.abort();
  job.row.remove();
  next();
}

/** Show whether a file stays; the box itself is for browsers without a script. */
function mark(row) {
  const { checked } = row.querySelector("input");
  row.classList.toggle("gone", !checked);
  row.querySelector("[data-file-gone]").hidden = checked;
  row.querySelector("[data-file-undo]").hidden = checked;
  row.querySelector("[data-file-remove]").hidden = !checked;
}

function press(zone, target) {
  const button = target.closest("[data-file-remove], [data-file-undo]");
  if (!button) return;
  const row = button.closest("[data-file]");
  const back = "fileUndo" in button.dataset;
  if (back && kept(zone) >= Number(zone.dataset.most)) return toast(zone.dataset.tooMany);
  const box = row.querySelector("input");
  box.checked = back;
  mark(row);
  row.querySelector(back ? "[data-file-remove]" : "[data-file-undo]").focus();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// The form waits for its files; what did not arrive is asked about, never dropped in silence.
document.addEventListener(
  "submit",
  (event) => {
    const zone = event.target.querySelector?.("[data-files]");
    if (!zone) return;
    const failed = zone.querySelector("[data-file-failed]");
    if (!sending.size && !waiting.length && !failed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sending.size || waiting.length) {
      held = { form: event.target, submitter: event.submitter };
      event.submitter?.setAttribute("aria-busy", "true");
      toast(zone.dataset.sending, { kind: "info" });
    } else {
      toast(zone.dataset.unsent, { kind: "warning" });
      failed.scrollIntoView({ block: "center" });
    }
  },
  true,
);

function release() {
  if (!held) return;
  const { form, submitter } = held;
  held = null;
  submitter?.removeAttribute("aria-busy");
  form.requestSubmit(submitter);
}

window.addEventListener("beforeunload", (event) => {
  if (sending.size || waiting.length) event.preventDefault();
});

// The record's page: pictures open in a dialog, one after the other.
let shown = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-preview]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(link);
    document.getElementById("picture").showModal();
  }
  const step = event.target.closest("[data-picture-step]");
  if (step) turn(Number(step.dataset.pictureStep));
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#picture")) return;
  if (event.key === "ArrowLeft") turn(-1);
  if (event.key === "ArrowRight") turn(1);
});

const links = () => [...document.querySelectorAll("[data-preview]")];

function turn(by) {
  const all = links();
  show(all[(all.indexOf(shown) + by + all.length) % all.length]);
}

function show(link) {
  shown = link;
  const dialog = document.getElementById("picture");
  dialog.querySelector(".dialog-title").textContent = link.dataset.preview;
  Object.assign(dialog.querySelector("img"), { src: link.href, alt: link.dataset.preview });
  dialog.querySelector("[data-picture-download]").href = link.dataset.download;
  for (const button of dialog.querySelectorAll("[data-picture-step]")) button.hidden = links().length < 2;
}
