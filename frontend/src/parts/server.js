// Talking to the server in the background: who is logged in, a token that holds, and an answer that tells what happened.

import { csrf, renewToken, words } from "./page.js";

/** Ask whether the server is there and knows us. Resolves to "yes", "login" (nobody or somebody else is logged in) or "away". */
export async function session() {
  try {
    const answer = await fetch(words().session, { redirect: "manual", headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect" || answer.status === 401) return "login";
    // Anything else is for the form's own address to answer.
    if (!answer.ok) return answer.status === 503 ? "away" : "yes";
    const { token, user } = await answer.json();
    if (words().user && String(user) !== words().user) return "login";
    renewToken(token);
    return "yes";
  } catch {
    return "away";
  }
}

/** POST; resolves to {status, said}: the status, 0 if the server is away, 401 if one has to log in first. */
export async function post(url, body, { keepalive = false, again = true } = {}) {
  const json = typeof body === "string";
  const headers = { Accept: "application/json", "X-CSRFToken": csrf(), ...(json && { "Content-Type": "application/json" }) };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", redirect: "manual", keepalive, headers, body });
  } catch {
    return { status: 0, said: {} };
  }
  if (answer.type === "opaqueredirect") return { status: 401, said: {} };
  // Logging in again in another tab has made our token invalid, logging out as well.
  if (answer.status === 403 && again) {
    const state = await session();
    return state === "yes" ? post(url, body, { keepalive, again: false }) : { status: state === "login" ? 401 : 0, said: {} };
  }
  const said = await answer.json().catch(() => ({}));
  return { status: answer.status, said };
}
