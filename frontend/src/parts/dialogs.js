// Our own question instead of window.confirm, and dialogs opened by a button.

const agreed = new WeakSet();

/** Ask; resolves to true or false. */
export function ask(text, { more = "", yes = "", tone = "" } = {}) {
  const dialog = document.getElementById("confirm");
  const [button, note] = [dialog.querySelector("[data-confirm-yes]"), dialog.querySelector("[data-confirm-more]")];
  dialog.querySelector(".dialog-title").textContent = text;
  note.textContent = more;
  note.hidden = !more;
  button.dataset.plain ??= button.textContent;
  button.textContent = yes || button.dataset.plain;
  button.classList.toggle("btn-danger", tone === "danger");
  button.classList.toggle("btn-primary", tone !== "danger");
  dialog.returnValue = "";
  dialog.showModal();
  // What cannot be taken back is not one Enter away.
  dialog.querySelector(tone === "danger" ? "[data-confirm-cancel]" : "[data-confirm-yes]").focus();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "ok"), { once: true });
  });
}

const questionOf = (from) => ({ more: from.dataset.confirmMore, yes: from.dataset.confirmYes, tone: from.dataset.confirmTone });

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const from = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!from.dataset.confirm || agreed.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    if (!(await ask(from.dataset.confirm, questionOf(from)))) return;
    agreed.add(form);
    form.requestSubmit(submitter);
    agreed.delete(form);
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  if (await ask(ctx.confirm, questionOf(ctx.sourceElement))) issueRequest();
  else dropRequest();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  event.target.closest("[data-dialog-close]")?.closest("dialog").close();
  // A click on the backdrop is a click on the dialog itself, outside its content.
  if (event.target.matches("dialog.dialog")) event.target.close();
});
