// The keys of every page. They go by the place of a key, so that they work in the
// Russian layout too; ? is where the layout has it.

import {open} from "./windows.js";

export function keys() {
  addEventListener("keydown", (event) => {
    const {code, key, ctrlKey, metaKey, altKey, target} = event;
    if (altKey || document.querySelector("dialog[open]")) return;
    if ((ctrlKey || metaKey) && code === "KeyK") return act(event, () => open("palette"));
    if (ctrlKey || metaKey || target.closest("input, textarea, select, [contenteditable]")) return;
    if (code === "KeyJ") act(event, () => step(1));
    else if (code === "KeyK") act(event, () => step(-1));
    else if (code === "KeyW") act(event, () => document.querySelector("[data-bell]:not([hidden])")?.click());
    else if (key === "?") act(event, () => open("help"));
  });
}

function act(event, what) {
  event.preventDefault();
  what();
}

// step moves the focus along the rows of the page: from outside, to the first or the last.
function step(way) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = here < 0 ? (way > 0 ? 0 : rows.length - 1) : here + way;
  rows[next]?.focus();
}
