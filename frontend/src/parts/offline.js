// The service worker, and the page it shows when the net is away.

import { me } from "./device.js";
import { words } from "./page.js";

const FRESH_MS = 24 * 60 * 60 * 1000;
const release = document.querySelector("script[type=module]")?.src ?? "";

if ("serviceWorker" in navigator && me() && words().worker) {
  navigator.serviceWorker
    .register(words().worker)
    .then(() => navigator.serviceWorker.ready)
    .then(keepShell)
    .catch(() => {});
}

/** Keep the offline page of this person, of this release, not older than a day; nobody else's. */
async function keepShell() {
  const name = `shell-${me()}-${release}`;
  for (const other of await caches.keys()) if (other.startsWith("shell-") && other !== name) await caches.delete(other);
  const shell = await caches.open(name);
  const standing = await shell.match(words().shell);
  if (standing && Date.now() - Date.parse(standing.headers.get("Date")) < FRESH_MS) return;
  const answer = await fetch(words().shell, { redirect: "manual" });
  if (answer.ok) await shell.put(words().shell, answer);
}
