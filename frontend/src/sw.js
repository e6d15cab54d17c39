// The service worker: pages come from the net; without it, the files of the pages and one page to write on come from here.
// /sw.js puts `SETTEN` before this text: the release, its files, and the address of that page.

const { release, files, shell } = SETTEN;
const STATIC = `static-${release}`;

self.addEventListener("install", (event) => {
  // What a page sends while it is being closed goes past the worker: through it, it would be lost with the page.
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clean().then(() => self.clients.claim()));
});

async function clean() {
  for (const name of await caches.keys()) if (name.startsWith("static-") && name !== STATIC) await caches.delete(name);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(shell);
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(STATIC)).put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}
