// The keys of this page stand in the help above those of every page. They are read off
// what they press, so that the help names what can be done now.

export function here(help) {
  const list = help.querySelector(".keys");
  list.querySelectorAll("[data-here]").forEach((row) => row.remove());
  const presses = [...document.querySelectorAll("main :is([aria-keyshortcuts], a:has(> kbd))")];
  const rows = presses.filter((one) => one.checkVisibility()).map(row);
  list.prepend(...rows.filter((one, i) => rows.findIndex((other) => other.textContent === one.textContent) === i));
}

function row(press) {
  const key = document.createElement("kbd"), what = document.createElement("dd");
  key.textContent = press.querySelector("kbd")?.textContent ?? press.getAttribute("aria-keyshortcuts");
  what.textContent = called(press);
  const one = document.createElement("div"), term = document.createElement("dt");
  one.dataset.here = "";
  term.append(key);
  one.append(term, what);
  return one;
}

// called is what a button says without its key, or the label of a field.
function called(press) {
  const name = (press.labels?.[0] ?? press).cloneNode(true);
  name.querySelectorAll("kbd").forEach((key) => key.remove());
  return press.getAttribute("aria-label") ?? name.textContent.trim();
}
