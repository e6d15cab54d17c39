// Requests by htmx: waiting, failing without losing what was typed, focus afterwards.

import { announce, words } from "./page.js";
import { toast } from "./toasts.js";

const PATIENCE_MS = 200;
const root = document.documentElement;
let open = 0;
let timer;

function wait() {
  open += 1;
  if (open === 1) timer = setTimeout(() => root.classList.add("waiting"), PATIENCE_MS);
}

function settle() {
  open = Math.max(0, open - 1);
  if (open) return;
  clearTimeout(timer);
  root.classList.remove("waiting");
}

const buttonsOf = (event) => {
  const { sourceElement } = event.detail.ctx;
  const form = sourceElement.closest("form");
  if (!form || event.detail.ctx.request.method === "GET") return [];
  return form.querySelectorAll("button:not([type=button])");
};

document.addEventListener("htmx:before:request", (event) => {
  wait();
  for (const button of buttonsOf(event)) button.disabled = true;
});
document.addEventListener("htmx:finally:request", (event) => {
  settle();
  for (const button of buttonsOf(event)) button.disabled = false;
});

const sentences = { 401: "login", 403: "refused", 404: "missing", 409: "stale", 429: "often" };

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (status === 422 || status === 409 || status === 401) return;
  toast(words()[sentences[status] ?? (status >= 500 ? "server" : "refused")]);
});

document.addEventListener("htmx:error", () => toast(words().network));

// The session has ended. A reading request may go to the log-in page; a form must not lose its text.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const sentAway =
    ctx.response.status === 401 || (ctx.response.raw.redirected && new URL(ctx.response.raw.url).pathname.includes("/login"));
  if (!sentAway || ctx.request.method === "GET") return;
  event.preventDefault();
  toast(words().login, { kind: "warning", link: { text: words().loginLink, url: "/accounts/login/" } });
});

document.addEventListener("htmx:after:settle", (event) => {
  const target = event.target;
  const wrong = target.querySelector?.("[aria-invalid='true'], [data-errors]");
  const wanted = wrong ?? target.querySelector?.("[data-focus]");
  if (wanted) (wanted.tomselect ?? wanted).focus();
  const news = target.querySelector?.("[data-announce]");
  if (news) announce(news.textContent.trim());
});

const tellNet = () => root.classList.toggle("offline-now", !navigator.onLine);
window.addEventListener("online", tellNet);
window.addEventListener("offline", tellNet);
tellNet();
