// What this device keeps for the person who is logged in: forms that the server does not have yet, and records that wait to be sent.
// Everything bears the person's key, and nobody else's page asks for it. Without IndexedDB (some private windows) nothing is kept.

import { openDB } from "idb";
import { words } from "./page.js";

export const me = () => words().user ?? "";
const mine = (...more) => IDBKeyRange.bound([me(), ...more], [me(), ...more, []]);

let opened;

function database() {
  opened ??= openDB("setten", 1, {
    upgrade(db) {
      db.createObjectStore("typed", { keyPath: ["user", "record", "page"] });
      db.createObjectStore("unsent", { keyPath: ["user", "id"] });
    },
    blocking: (_old, _new, event) => event.target.close(),
  });
  return opened;
}

/** Do something with the database; `otherwise` where there is none, or it is full. */
async function trying(act, otherwise) {
  if (!me()) return otherwise;
  try {
    return await act(await database());
  } catch {
    return otherwise;
  }
}

export const keepTyped = (entry) => trying(async (db) => Boolean(await db.put("typed", { ...entry, user: me() })), false);
export const typedHere = (...record) => trying((db) => db.getAll("typed", mine(...record)), []);
export const forgetTyped = (...key) => trying((db) => db.delete("typed", mine(...key)));

export const keepUnsent = (one) => trying(async (db) => Boolean(await db.put("unsent", { ...one, user: me() })), false);
export const unsentHere = () => trying((db) => db.getAll("unsent", mine()), []);
export const forgetUnsent = (id) => trying((db) => db.delete("unsent", [me(), id]));

/** Leave nothing of this person behind. */
export async function forgetAll() {
  await trying((db) => Promise.all([db.delete("typed", mine()), db.delete("unsent", mine())]));
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("shell-")) await caches.delete(name);
}

/** An id for a new record, also where randomUUID is missing (pages without https). */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
