"use strict";
// A button that copies the program beside it.
document.addEventListener("DOMContentLoaded", () => {
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
