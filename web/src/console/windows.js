// Windows are <dialog> elements: data-opens names one, data-closes puts it away.

import {here} from "./help.js";

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || document.querySelector("dialog[open]")) return;
  if (id === "help") here(dialog);
  dialog.showModal();
}

export function windows() {
  document.addEventListener("click", ({target}) => {
    const opener = target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens);
    target.closest("[data-closes]")?.closest("dialog").close();
  });
  const toast = document.querySelector("#toast");
  if (!toast.textContent) return;
  setTimeout(() => toast.replaceChildren(), 10000);
  const here = new URL(location);
  here.searchParams.delete("done"); // it was done once: reloading the page does not say so again
  history.replaceState(null, "", here);
}
