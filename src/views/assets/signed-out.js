// Goes on when the apps' pages have loaded, which the window's own load waits for; no later than a slow app may keep us.
"use strict";
const onward = document.querySelector("[data-onward]");
if (onward) {
  const go = () => window.location.replace(onward.href);
  window.addEventListener("load", go);
  setTimeout(go, 5000);
}
