// Records registered without a net wait on the device (未送信) and go out when it is back: one tab at a time, each record once.

import { ask } from "./dialogs.js";
import { forgetAll, forgetUnsent, keepTyped, keepUnsent, me, newId, unsentHere } from "./device.js";
import { onNew, welcome, words } from "./page.js";
import { post, session } from "./server.js";
import { toast } from "./toasts.js";
import { bring, compare, knownOf, loginTo, pagesIn, release, titleOf, typedOf, urlOf } from "./unsaved.js";

const AGAIN_MS = 60_000;

// Told by forms.js: the server cannot be reached. Only a new record can wait: its id makes sure that it is made once.
document.addEventListener("setten:unreachable", (event) => {
  const { target: form, detail } = event;
  if (!("new" in form.dataset) || !form.dataset.record || !me()) return;
  event.preventDefault();
  queue(form, detail.submitter);
});

async function queue(form, submitter) {
  const typed = typedOf(form);
  if (submitter?.name) typed.push([submitter.name, submitter.value]);
  const draft = submitter?.name === "draft";
  const begun = { known: knownOf(form), pages: pagesIn(form).join(" ") };
  const one = { id: form.dataset.record, typed, ...begun, at: Date.now(), title: titleOf(form), draft, why: "", clash: false };
  if (!(await keepUnsent(one))) return toast(words().network);
  await release(form);
  const blank = document.getElementById("queued-note");
  if (blank) {
    const note = blank.content.cloneNode(true);
    form.replaceChildren(note);
    welcome(form);
    scrollTo(0, 0);
  }
  await show();
}

/** Send what waits; `asked`: also what its author has to decide on, in case the other text is gone by now. */
async function flush(asked = false) {
  const waiting = (await unsentHere()).filter((one) => asked || !one.clash);
  if (!waiting.length || !navigator.onLine) return;
  const state = await session();
  if (state === "login") toast(words().sayUnsentLogin, { kind: "warning", link: { text: words().loginLink, url: loginTo() } });
  if (state !== "yes") return;
  for (const one of waiting) if (!(await sendOne(one))) break;
  await show();
}

/** Send one record; false if the server went away, so that the others wait too. */
async function sendOne(one) {
  const begun = [["unsaved_version", one.known ?? 0], ["unsaved_pages", one.pages ?? ""]];
  const { status, said } = await post(words().newUrl, new URLSearchParams([...one.typed, ...begun]));
  if (status === 200 || status === 201) {
    await forgetUnsent(one.id);
    toast(words().sayUnsentSent, { kind: "success", link: { text: words().open, url: said.url } });
    for (const note of document.querySelectorAll("[data-queued-note]")) note.hidden = true;
    return true;
  }
  if (status !== 422 && status !== 409) return false;
  if (said.url) await gone(one, words().sayLate, said.url); // the server has kept it beside the record that stands
  else await refused(one, said.message ?? "");
  return true;
}

/** The server takes it only as something to be gone over: it becomes an unsaved form there, with everything in it. */
async function refused(one, why) {
  const how = await bring(unsavedOf(one));
  if (how === "clash" || how === "here") return keepUnsent({ ...one, why, clash: how === "clash" });
  if (how === "saved") return forgetUnsent(one.id);
  return gone(one, how === "late" ? words().sayLate : `${words().sayUnsentRefused} ${why}`, urlOf(one.id, "resumeUrl"));
}

async function gone(one, text, url) {
  await forgetUnsent(one.id);
  toast(text, { kind: "warning", link: { text: words().open, url } });
}

/** A waiting record as what was typed into its form. */
function unsavedOf({ id, typed, known, pages, at, title }) {
  return { record: id, page: newId(), pages, typed: typed.filter(([name]) => name !== "draft"), known, is_new: true, at, title };
}

/** Another device has typed into the same form: the author chooses, on a page that shows both. */
async function choose(one) {
  const state = await session();
  if (state !== "yes") return toast(state === "login" ? words().sayUnsentLogin : words().network);
  const entry = unsavedOf(one);
  if (!(await keepTyped(entry))) return toast(words().network);
  await forgetUnsent(one.id);
  compare(entry);
}

let running = null;
const flushAlone = (asked) => {
  const go = () => flush(asked === true);
  running ??= (navigator.locks ? navigator.locks.request("setten-send", { ifAvailable: true }, (lock) => lock && go()) : go()).finally(() => {
    running = null;
  });
  return running;
};

window.addEventListener("online", flushAlone);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flushAlone());
setInterval(flushAlone, AGAIN_MS);
if (me()) setTimeout(flushAlone, 500);

// The list of what waits, where a page has a place for it.
onNew("[data-waiting]", () => show());

async function show() {
  const box = document.querySelector("[data-waiting]");
  if (!box) return;
  const waiting = await unsentHere();
  box.hidden = !waiting.length;
  const list = box.querySelector("[data-waiting-list]");
  list.replaceChildren(...waiting.map((one) => row(box, one)));
}

function row(box, one) {
  const made = box.querySelector("template").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-title]").textContent = one.title[0] || words().noCustomer;
  made.querySelector("[data-words]").textContent = one.title[1];
  made.querySelector("[data-at]").textContent = new Date(one.at).toLocaleString("ja-JP", { dateStyle: "short", timeStyle: "short" });
  made.querySelector("[data-why]").textContent = one.why;
  // A page that the device kept from before may have no such button.
  const both = made.querySelector("[data-waiting-both]");
  if (both) {
    both.hidden = !one.clash;
    both.addEventListener("click", () => choose(one));
  }
  made.querySelector("[data-waiting-drop]").addEventListener("click", async (event) => {
    const { dropAsk, dropYes } = event.currentTarget.dataset;
    if (!(await ask(dropAsk, { yes: dropYes, tone: "danger" }))) return;
    await forgetUnsent(one.id);
    show();
  });
  return made;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-waiting-now]")) flushAlone(true);
});

// Whoever logs out leaves nothing on a device that others may use.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!new URL(form.action, location.href).pathname.endsWith("/accounts/logout/") || form.dataset.cleared || !me()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const waiting = await unsentHere();
    if (waiting.length && !(await ask(words().sayUnsentLogout.replace("{count}", waiting.length), { yes: words().logout, tone: "danger" }))) return;
    await forgetAll();
    form.dataset.cleared = "yes";
    form.requestSubmit(event.submitter);
  },
  true,
);
