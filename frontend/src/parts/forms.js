// Forms: unsaved changes, sending once, showing a password, ready-made texts.

import { onNew, words } from "./page.js";
import { session } from "./server.js";
import { toast } from "./toasts.js";
import { loginTo, settle, unsettle } from "./unsaved.js";

const stateOf = (form) => new URLSearchParams([...new FormData(form)].map(([key, value]) => [key, value.name ?? value])).toString();
const first = new WeakMap();

onNew("form[data-guard]", (forms) => {
  for (const form of forms) {
    if (first.has(form)) continue;
    first.set(form, null);
    // After the other parts have filled in what they fill in.
    setTimeout(() => first.set(form, form.querySelector("[aria-invalid='true'], [data-errors]") ? "sent before" : stateOf(form)));
  }
});

// A field may be called "method" (対応形態 is); then form.method is that field.
export const methodOf = (form) => (form.getAttribute("method") ?? "get").toLowerCase();

const unsaved = () =>
  [...document.querySelectorAll("form[data-guard]:not([data-sent], [data-kept])")].some(
    (form) => first.get(form) !== null && first.get(form) !== stateOf(form),
  );

window.addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

// A long text is not sent into the void: first ask whether the server is there and still knows who is writing.
const allowed = new WeakSet();
const asking = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    if (!form.matches("[data-guard]") || methodOf(form) !== "post" || allowed.has(form) || form.dataset.sent) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking.has(form)) return;
    asking.add(form);
    submitter?.setAttribute("aria-busy", "true");
    await settle(form);
    const goes = await mayBeSent(form, submitter);
    submitter?.removeAttribute("aria-busy");
    asking.delete(form);
    if (!goes) return unsettle(form);
    allowed.add(form);
    form.requestSubmit(submitter);
    allowed.delete(form);
  },
  true,
);

async function mayBeSent(form, submitter) {
  const state = await session();
  if (state === "login")
    toast(words().login, { kind: "warning", link: { text: words().loginLink, url: form.dataset.record ? loginTo(form) : "/accounts/login/" } });
  // A form that keeps itself may have a way to wait for the net.
  const unreachable = new CustomEvent("setten:unreachable", { bubbles: true, cancelable: true, detail: { submitter } });
  if (state === "away" && form.dispatchEvent(unreachable)) toast(words().network);
  return state === "yes";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || methodOf(form) === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (methodOf(form) !== "post" || form.hasAttribute("target")) return;
  form.dataset.sent = "yes";
  // Disabled only now that the browser has taken the button's own value along.
  setTimeout(() => {
    if (event.defaultPrevented) return delete form.dataset.sent;
    event.submitter?.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true;
  });
});

// Back from the browser's memory: the form can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
});

document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-reveal]");
  if (eye) {
    const input = eye.parentElement.querySelector("input");
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    eye.ariaPressed = String(shown);
  }
  const chip = event.target.closest("[data-text-for] [data-text]");
  if (chip) insert(document.getElementById(chip.closest("[data-text-for]").dataset.textFor), chip.dataset.text);
});

/** Add a ready-made text where the cursor stands, or on a line of its own at the end. */
function insert(field, text) {
  const gap = field.value && !field.value.endsWith("\n") ? "\n" : "";
  field.setRangeText(gap + text, field.value.length, field.value.length, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.focus();
}

// A form that came back tells where the trouble is before anything else, and leads there.
document.querySelector("[data-errors]")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest(".wrong-fields a");
  const said = link && document.getElementById(link.hash.slice(1));
  if (!said) return;
  event.preventDefault();
  for (let fold = said.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const field = said.closest(".field") ?? said;
  const box = field.querySelector("input:not([type=hidden]), select, textarea, button");
  (box?.tomselect ?? box)?.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
});
