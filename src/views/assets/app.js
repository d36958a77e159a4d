// What pages do better with a script; each works without it.
"use strict";
for (const button of document.querySelectorAll("[data-shows]")) {
  const input = document.getElementById(button.dataset.shows);
  const shown = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? button.dataset.hide : shown;
    input.focus();
  });
}
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
for (const counter of document.querySelectorAll("[data-countdown]")) {
  const button = document.getElementById(counter.dataset.disables);
  let left = Number(counter.dataset.countdown);
  if (button) button.disabled = true;
  const timer = setInterval(() => {
    left -= 1;
    counter.textContent = String(Math.max(left, 0));
    if (left <= 0) {
      clearInterval(timer);
      if (button) button.disabled = false;
    }
  }, 1000);
}
for (const search of document.querySelectorAll("[data-filters]")) {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const tiles = [...document.querySelectorAll(search.dataset.filters)];
  search.addEventListener("input", () => {
    const words = fold(search.value).split(/\s+/);
    for (const tile of tiles) tile.hidden = !words.every((word) => fold(tile.textContent).includes(word));
    document.getElementById(search.dataset.none).hidden = tiles.some((tile) => !tile.hidden);
  });
}
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
const following = document.querySelector("[data-follows]");
if (following) {
  const look = async () => {
    try {
      const answer = await fetch(following.dataset.follows, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("follow");
      if (!answer.ok || !next) return location.assign(following.dataset.follows);
      document.getElementById("follow").replaceWith(next);
    } catch {
      // The network is away for a moment: the next look tells.
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
// A slip's QR code leads to /activate#u=…&c=…: filled in, and gone from the address before anybody can look there again.
for (const form of document.querySelectorAll("form[data-slip]")) {
  const fillIn = () => {
    const slip = new URLSearchParams(location.hash.slice(1));
    for (const [name, value] of [["username", slip.get("u")], ["code", slip.get("c")]]) {
      if (value) form.elements[name].value = value;
    }
    if (slip.has("c")) history.replaceState(null, "", location.pathname + location.search);
  };
  fillIn();
  window.addEventListener("hashchange", fillIn);
}
document.querySelector("form[data-submits]")?.submit();
