// Words are looked for in the whole conversation. What is found stands in a list; each goes
// to its place, with what was said around it: n to the next, N to the one before.

export function find() {
  const form = document.querySelector("[data-find]");
  if (!form) return;
  const dialog = form.closest("dialog"), [found, about, trouble] = ["found", "about", "trouble"].map((name) => dialog.querySelector(`[data-${name}]`));
  let latest = 0; // of what was asked for: an answer to what came before it is not shown

  const show = async (place, path, options) => {
    const mine = ++latest;
    const answer = await fetch(path, options).catch(() => null);
    if (mine !== latest) return false;
    if (answer?.status === 401) location.reload();
    trouble.hidden = Boolean(answer?.ok);
    if (!answer?.ok) return false;
    place.innerHTML = await answer.text();
    return true;
  };
  const look = async (before = "") => {
    const body = new URLSearchParams({words: form.elements.words.value, before});
    about.hidden = true;
    if (await show(found, form.action, {method: "POST", body})) go(hits()[0]);
  };
  const hits = () => [...found.querySelectorAll("[data-at]")];
  const current = () => found.querySelector("[aria-current]");
  const go = async (hit) => {
    if (!hit) return found.querySelector("[data-before]")?.focus();
    current()?.removeAttribute("aria-current");
    hit.setAttribute("aria-current", "true");
    hit.focus();
    if (!await show(about, `${form.dataset.find}?at=${encodeURIComponent(hit.dataset.at)}`)) return;
    about.hidden = false;
    about.querySelector("[data-hit]")?.scrollIntoView({block: "center"});
  };
  const step = (way) => {
    const all = hits(), next = all.indexOf(current()) + way;
    if (next >= 0) go(all[next]);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  found.addEventListener("click", ({target}) => {
    const more = target.closest("[data-before]");
    if (more) look(more.dataset.before);
    else if (target.closest("[data-at]")) go(target.closest("[data-at]"));
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === form.elements.words) return;
    if (event.code === "KeyN") step(event.shiftKey ? -1 : 1);
    else if (event.code === "KeyJ" || event.key === "ArrowDown" && event.target !== about) step(1);
    else if (event.code === "KeyK" || event.key === "ArrowUp" && event.target !== about) step(-1);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("keyup", (event) => { // once the key is up, so that its letter is not written there
    if (event.target !== form.elements.words && (event.key === "/" || event.code === "KeyF")) form.elements.words.select();
  });
}
