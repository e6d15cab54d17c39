// Forms with data-unsaved keep themselves while one types: on the server, and until it has answered, on the device.
// data-record is the record's id, data-known the version that the server has of this form, data-new that no record was saved yet.

import { forgetTyped, keepTyped, newId, typedHere } from "./device.js";
import { onNew, words } from "./page.js";
import { post } from "./server.js";
import { toast } from "./toasts.js";

const PAUSE_MS = 1500;
const SOON_MS = 300;
const PATIENCE_MS = 3000;
const LARGEST_LEAVING = 60_000; // bytes that a browser sends on behalf of a page that is gone
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "unsaved_version", "unsaved_pages", "take", "template_name", "template_shared"]);
const states = new Map();
const handed = JSON.parse(sessionStorage.getItem("handed") ?? "{}"); // what the page before this one sent
sessionStorage.removeItem("handed");

export const typedOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TYPED.has(name));
export const knownOf = (form) => states.get(form)?.known ?? 0;
/** Whose words a form holds: its page's, and those of the pages that handed theirs on to it. */
export const pagesIn = (form) => {
  const state = states.get(form);
  return state ? [state.page, ...state.before.map(({ page }) => page)] : [];
};
export const urlOf = (record, what = "unsavedUrl") => words()[what].replace(/0{8}-0{4}-0{4}-0{4}-0{12}/, record);
const clock = (at) => new Date(at).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });

/** What a list shows of a form: the customer as chosen, and the first words. */
export function titleOf(form) {
  const customer = form.querySelector("select[name=customer]")?.selectedOptions[0];
  const said = ["summary_note", "content"].map((name) => form.elements[name]?.value ?? "").filter(Boolean);
  return [customer?.value ? customer.textContent.trim() : "", said.join(" ").slice(0, 120)];
}

onNew("form[data-unsaved]", (forms) => forms.forEach(watch));

function watch(form) {
  if (states.has(form)) return;
  const begun = begunHere(form);
  if (begun) return location.replace(`${location.pathname}?resume=${begun}`);
  if (!form.dataset.record) begin(form);
  const state = { page: newId(), server: null, device: null, known: Number(form.dataset.known) || 0, chain: Promise.resolve(), timer: 0, conflict: null, before: [] };
  // While both texts are shown, ours stays on the device: the server would give up the other one for it.
  if ("undecided" in form.dataset) state.conflict = state.known;
  states.set(form, state);
  live(state.page);
  // After the other parts have filled in what they fill in. What came back with errors is newer than what the server keeps;
  // what the device has of it stays there until this page has brought it to the server.
  setTimeout(() => {
    const returned = form.querySelector("[aria-invalid='true'], [data-errors]");
    state.server = returned ? "" : JSON.stringify(typedOf(form));
    if (!returned) return offer(form);
    state.before = pagesOf(form);
    later(form, SOON_MS);
  });
}

/** Back, or loaded once more: this would be another form, and the same words a second time. One goes on with what was begun here. */
function begunHere(form) {
  const [how] = performance.getEntriesByType("navigation");
  if (form.dataset.resumed || form.querySelector("[data-errors]") || !["back_forward", "reload"].includes(how?.type)) return "";
  return history.state?.begun ?? "";
}

/** Tell the next page of this tab whose words it holds: these pages sent them to it. */
function hand(record, pages) {
  sessionStorage.setItem("handed", JSON.stringify({ record, pages }));
}
// data-was: the record that it was of, and that is gone.
const pagesOf = ({ dataset: { record, was } }) =>
  [record, was].includes(handed.record) ? handed.pages.map((page) => ({ record: handed.record, page })) : [];

/** The form of the offline page was made for any record and any day. */
function begin(form) {
  form.dataset.record = form.elements.contact_id.value = newId();
  const now = new Date();
  form.elements.date.value = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("/");
}

/** As long as this page lives, nobody else sends what it keeps on the device. A lock goes with the page, even in a crash. */
function live(page) {
  navigator.locks?.request(`typing-${page}`, () => new Promise(() => {}));
}

const formOf = (event) => {
  const form = event.target.form ?? event.target.closest?.("form");
  return states.has(form) ? form : null;
};

function later(form, pause = PAUSE_MS) {
  const state = states.get(form);
  clearTimeout(state.timer);
  if (pause === PAUSE_MS) delete form.dataset.kept;
  state.timer = setTimeout(() => save(form), pause);
}

for (const kind of ["input", "change"])
  document.addEventListener(kind, (event) => {
    const form = formOf(event);
    if (form) later(form);
  });
document.addEventListener("htmx:after:settle", (event) => {
  const form = event.target.closest?.("form");
  if (states.has(form)) later(form);
});
document.addEventListener("focusout", (event) => {
  const form = formOf(event);
  if (form && states.get(form).server !== null) later(form, SOON_MS);
});
const saveAll = (how) => [...states.keys()].filter((form) => form.isConnected).forEach((form) => save(form, how));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveAll({ leaving: true }));
// While the browser asks whether to leave, there is time for it.
window.addEventListener("beforeunload", () => saveAll({ leaving: true }));
window.addEventListener("pagehide", () => saveAll({ leaving: true }));
window.addEventListener("online", () => saveAll());

function save(form, { leaving = false } = {}) {
  const state = states.get(form);
  clearTimeout(state.timer);
  if (form.dataset.sent || state.server === null) return state.chain;
  // A page that goes cannot wait for the answer to what it sent before.
  if (leaving) return keep(form, state, true);
  state.chain = state.chain.then(() => keep(form, state, false));
  return state.chain;
}

async function keep(form, state, leaving) {
  const typed = typedOf(form);
  const text = JSON.stringify(typed);
  if (form.dataset.sent) return;
  // Typed and taken back, or told twice: the server has it all the same.
  if (text === state.server) return state.conflict || mark(form, text, "kept");
  const { record } = form.dataset;
  const said = { typed, known: state.known, is_new: "new" in form.dataset, user: words().user, pages: pagesIn(form).join(" ") };
  if (history.state?.begun !== record) history.replaceState({ ...history.state, begun: record }, "");
  const held = text === state.device ? Promise.resolve(true) : keepTyped(entryOf(form, state));
  if (state.conflict) return undecided(form, state, text, await held);
  const body = JSON.stringify(said);
  const { status, said: answer } = await post(urlOf(record), body, { keepalive: leaving && body.length < LARGEST_LEAVING / 3 });
  if (await held) state.device = text;
  if (status === 200) return kept(form, state, text, answer);
  if (status === 410) return saved(form, text, answer, await held);
  if (status === 409 && answer.own && answer.version !== said.known) {
    state.known = answer.version; // what the server has came from here; only its answer was lost
    return keep(form, state, leaving);
  }
  if (status === 409) return clash(form, state, text, answer);
  tell(form, text, { 0: "offline", 401: "login" }[status] ?? "device", { held: await held, why: answer.message });
}

async function undecided(form, state, text, held) {
  if (held) {
    state.device = text;
    await forgetBefore(state);
  }
  tell(form, text, "device", { held });
}

/** The pages before this one have handed their words on, and they are in safety now. */
const forgetBefore = ({ before }) => forgetAllOf(before.splice(0));

/** Another tab may have typed into the same form: its words stay. */
const forgetPages = (record, pages) => forgetAllOf(pages.map((page) => ({ record, page })));

async function forgetAllOf(entries) {
  for (const { record, page } of entries) await forgetTyped(record, page);
}

const entryOf = (form, { page, known, conflict }) => ({
  record: form.dataset.record,
  page,
  known: conflict ? 0 : known, // whoever sends it later is to hear of the other text again
  is_new: "new" in form.dataset,
  typed: typedOf(form),
  title: titleOf(form),
  at: Date.now(),
});

async function kept(form, state, text, { version, at, message, url }) {
  state.known = Math.max(state.known, version);
  state.server = text;
  const field = form.elements.unsaved_version;
  if (field) field.value = version;
  tell(form, text, "kept", { at, why: message, url }); // the record may stand already: saved from another device
  await forgetBefore(state);
  if (JSON.stringify(typedOf(form)) === text) await forgetTyped(form.dataset.record, state.page);
}

/** The record was saved while one was typing, from here or from another device: only what is in it may be forgotten. */
function saved(form, text, { differs, url, message }, held) {
  if (!differs) return forgetPages(form.dataset.record, pagesIn(form));
  tell(form, text, "device", { held, why: message, url });
}

/** All of it is in safety, unless more was typed while this text was on its way. */
function mark(form, text, where) {
  if (JSON.stringify(typedOf(form)) === text) form.dataset.kept = where;
}

/** The line that says where the text is. It is announced when the place changes, not every time. */
function tell(form, text, where, { at = clock(Date.now()), held = true, why = "", url = "" } = {}) {
  if (held) mark(form, text, where);
  const line = form.querySelector("[data-unsaved-state]");
  if (!line) return;
  const sentence = held ? words()[`say${where[0].toUpperCase()}${where.slice(1)}`] : words().sayNowhere;
  line.textContent = [sentence.replace("{time}", at), why].filter(Boolean).join(" ");
  if (url) line.append(" ", Object.assign(document.createElement("a"), { href: url, textContent: words().open, target: "_blank", rel: "noopener" }));
  line.dataset.where = held ? where : "nowhere";
  if (where === "login" && line.dataset.said !== "login")
    toast(words().login, { kind: "warning", link: { text: words().loginLink, url: loginTo(form) } });
  line.dataset.said = where;
}

export const loginTo = (form) =>
  `/accounts/login/?next=${encodeURIComponent(form?.dataset.record && words().resumeUrl ? urlOf(form.dataset.record, "resumeUrl") : location.pathname)}`;

// Another device has typed into the same form.
function clash(form, state, text, { version, device, at }) {
  state.conflict = version;
  tell(form, text, "device");
  const box = document.querySelector("[data-unsaved-clash]");
  if (!box) return;
  const said = box.querySelector("[data-unsaved-clash-text]");
  said.textContent = words().sayClash.replace("{device}", device).replace("{time}", at);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-unsaved-mine]");
  const form = button && document.querySelector("form[data-unsaved]");
  const state = states.get(form);
  if (!state) return;
  state.known = state.conflict;
  state.conflict = null;
  document.querySelector("[data-unsaved-clash]").hidden = true;
  await save(form);
});

// What this device kept and the server never got: after a crash, without a net, after the session had ended.
async function offer(form) {
  const box = document.querySelector("[data-unsaved-offer]");
  if (!box) return;
  const state = states.get(form);
  const isNew = "new" in form.dataset && !form.dataset.resumed;
  const asleep = await sleeping(isNew ? await typedHere() : await typedHere(form.dataset.record));
  const found = asleep.filter((entry) => (isNew ? entry.is_new : true) && JSON.stringify(entry.typed) !== state.server);
  const newest = found.sort((one, other) => other.at - one.at)[0];
  if (!newest) return;
  if (form.dataset.resumed) return restore(newest);
  box.querySelector("[data-unsaved-offer-text]").textContent = words()
    .sayOffer.replace("{time}", new Date(newest.at).toLocaleString("ja-JP", { dateStyle: "short", timeStyle: "short" }))
    .replace("{title}", newest.title.filter(Boolean).join(" ").slice(0, 60));
  box.hidden = false;
  box.querySelector("[data-unsaved-restore]").onclick = () => restore(newest);
  box.querySelector("[data-unsaved-discard]").onclick = async () => {
    await forgetTyped(newest.record, newest.page);
    box.hidden = true;
  };
}

/** Keep of these entries those whose page is gone. */
async function sleeping(entries) {
  const locks = await navigator.locks?.query();
  const awake = new Set(locks?.held.map((lock) => lock.name));
  return entries.filter((entry) => !awake.has(`typing-${entry.page}`));
}

/** Bring what the device has to the server, which then shows it with the names of everybody chosen; without a net it is filled in here. */
export async function restore(entry) {
  const sent = await send(entry);
  // The record says all of it: no reason to take a form away under somebody's hands.
  if (sent === "saved" && document.querySelector("form[data-resumed]")) return;
  if (sent === "kept" || sent === "saved") return leave(urlOf(entry.record, "resumeUrl"));
  if (sent === "clash") return compare(entry);
  const form = document.querySelector("form[data-unsaved]");
  if (form) fill(form, entry);
}

function leave(url) {
  for (const form of states.keys()) form.dataset.kept = form.dataset.sent = "yes";
  location.assign(url);
}

async function send(entry) {
  const how = await bring(entry);
  if (how === "kept" || how === "late" || how === "saved") await forgetTyped(entry.record, entry.page);
  if (how === "late") toast(words().sayLate, { kind: "warning", link: { text: words().open, url: urlOf(entry.record, "resumeUrl") } });
  return how === "late" ? "kept" : how;
}

/** Give the server what was typed. Resolves to "kept", "clash", "here" (it could not), or of a record that was saved meanwhile: "saved"
    if it says the same, "late" if not. That is kept as a change of the record, which its author has to go over. */
export async function bring({ record, page, pages = page, typed, known = 0, is_new }) {
  const { status, said } = await post(urlOf(record), JSON.stringify({ typed, known, is_new, user: words().user, pages }));
  if (status === 409 && said.own && said.version !== known) return bring({ record, pages, typed, known: said.version, is_new });
  if (status !== 410) return { 200: "kept", 409: "clash" }[status] ?? "here";
  if (!said.differs) return "saved";
  const how = await bring({ record, pages, typed, known, is_new: false });
  return how === "kept" ? "late" : how;
}

/** Lay the device's text beside the server's: a page of its own. It forgets the entry once what it shows is kept. */
export function compare(entry) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: urlOf(entry.record, "compareUrl"), hidden: true });
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  for (const [name, value] of [...entry.typed, ["csrfmiddlewaretoken", token]]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  hand(entry.record, [entry.page]);
  form.submit();
}

function fill(form, entry) {
  form.dataset.record = entry.record;
  states.get(form)?.before.push(entry);
  const values = Map.groupBy ? Map.groupBy(entry.typed, ([name]) => name) : new Map(entry.typed.map((pair) => [pair[0], [pair]]));
  for (const [name, pairs] of values) {
    const said = pairs.map(([, value]) => value);
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = said.includes(field.value);
      else if (field.multiple || field.tomselect) field.tomselect?.setValue(said, true);
      else field.value = said[0];
    }
  }
  form.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// On any page: what a gone page left on the device goes to the server, one tab at a time.
async function sync() {
  if (!words().unsavedUrl || !navigator.onLine) return;
  const open = new Set([...states.keys()].map((form) => form.dataset.record));
  for (const entry of await sleeping(await typedHere())) if (!open.has(entry.record) && (await send(entry)) === "here") return;
}
const syncAlone = () => (navigator.locks ? navigator.locks.request("setten-sync", { ifAvailable: true }, (lock) => lock && sync()) : null);
setTimeout(async () => {
  await arrived();
  // The form of this page offers what it finds first.
  if (!document.querySelector("[data-unsaved-offer]")) await syncAlone();
}, 300);
window.addEventListener("online", syncAlone);

// The record's own page is the proof that its form was saved.
async function arrived() {
  const { record, pages } = handed;
  if (record && location.pathname.includes(record) && !document.querySelector("form[data-unsaved]")) await forgetPages(record, pages);
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !states.has(form)) return;
  const state = states.get(form);
  hand(form.dataset.record, pagesIn(form));
  if (form.elements.unsaved_pages) form.elements.unsaved_pages.value = pagesIn(form).join(" ");
  keepTyped(entryOf(form, state));
});

/** Before the form itself is sent: what is on its way to be kept arrives first, or the record would be saved and begun at once. */
export async function settle(form) {
  const state = states.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  await Promise.race([state.chain, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

/** It was not sent after all. */
export const unsettle = (form) => states.has(form) && later(form);

/** The form is out of the hands of the one who typed. */
export function release(form) {
  clearTimeout(states.get(form)?.timer);
  form.dataset.sent = form.dataset.kept = "yes";
  return forgetPages(form.dataset.record, pagesIn(form));
}
