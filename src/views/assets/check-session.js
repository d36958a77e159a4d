// Tells an app that frames this page whether the browser's state is still the one it was told of (Session Management 1.0
// §4.2): the hash binds the answer to the app's own origin, so that nobody learns anything about somebody else's session.
"use strict";
const name = `${document.documentElement.dataset.cookie}=`;
const browserState = () => (document.cookie.split("; ").find((pair) => pair.startsWith(name)) ?? name).slice(name.length);
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const judged = async (message, origin) => {
  const [, client, hash, salt] = /^(\S+) ([0-9a-f]{64})\.([0-9A-Za-z_-]+)$/.exec(message) ?? [];
  if (!salt) return "error";
  const text = new TextEncoder().encode(`${client} ${origin} ${browserState()} ${salt}`);
  return hex(await crypto.subtle.digest("SHA-256", text)) === hash ? "unchanged" : "changed";
};
window.addEventListener("message", async (event) => {
  if (event.origin === "null" || event.source === window) return;
  event.source?.postMessage(await judged(String(event.data), event.origin), event.origin);
});
