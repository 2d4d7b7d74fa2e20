"use strict";
// The theme's icons, and a button that copies the program beside it.
const LINES = 'stroke="currentColor" stroke-width="2" fill="none"';
const ICONS = {
  "toc": `<path d="M4 6h16M4 12h10M4 18h16" ${LINES}/>`,
  "menu": `<path d="M4 6h16M4 12h16M4 18h16" ${LINES}/>`,
  "arrow-right": `<path d="M9 5l7 7-7 7" ${LINES}/>`,
  "sun": `<circle cx="12" cy="12" r="5" ${LINES}/>` +
    `<path d="M12 1v3M12 20v3M1 12h3M20 12h3M4 4l2 2M18 18l2 2M4 20l2-2M18 6l2-2" ${LINES}/>`,
  "moon": `<path d="M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z" ${LINES}/>`,
  "sun-with-moon": `<circle cx="12" cy="12" r="8" ${LINES}/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>`,
  "moon-with-sun": `<circle cx="12" cy="12" r="8" ${LINES}/><path d="M12 4a8 8 0 0 0 0 16z" fill="currentColor"/>`,
};

document.addEventListener("DOMContentLoaded", () => {
  const symbols = Object.entries(ICONS).map(([name, lines]) =>
    `<symbol id="svg-${name}" viewBox="0 0 24 24">${lines}</symbol>`);
  document.body.insertAdjacentHTML(
    "afterbegin", `<svg style="display: none">${symbols.join("")}</svg>`);
  for (const button of document.querySelectorAll("button.theme-toggle"))
    button.innerHTML = [["auto-light", "sun-with-moon"], ["auto-dark", "moon-with-sun"],
                        ["dark", "moon"], ["light", "sun"]].map(([when, name]) =>
      `<svg class="theme-icon-when-${when}"><use href="#svg-${name}"></use></svg>`).join("");
  const korean = document.documentElement.lang === "ko";
  for (const block of document.querySelectorAll("div.highlight")) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = korean ? "복사" : "Copy";
    button.addEventListener("click", () => copy(block.querySelector("pre"), button));
    block.append(button);
  }
});

// The figure of the front page: its steps one after the other, unless the reader wants none.
document.addEventListener("DOMContentLoaded", () => {
  const picture = document.querySelector(".moving img");
  if (!picture || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const frames = picture.dataset.frames.split(" ");
  for (const frame of frames) new Image().src = frame;
  let shown = 0, rest = 0;
  picture.src = frames[0];
  setInterval(() => {
    if (shown === frames.length - 1 && rest++ < 3) return; // the whole figure stays a while
    shown = (shown + 1) % frames.length;
    rest = 0;
    picture.src = frames[shown];
  }, 1100);
});

function copy(source, button) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  document.execCommand("copy"); // works in a file too, where navigator.clipboard does not
  selection.removeAllRanges();
  button.textContent = "✓";
}
