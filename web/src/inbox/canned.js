// Canned replies: a slash before a word of a reply, wherever in it, opens the list of those
// at hand, each as it would be said to this shopper now.

const asked = /(?:^|\s)(\/([\p{L}\p{N}_-]*))$/u;

export function canned(field, path) {
  const box = document.querySelector("[data-offers]");
  if (!field || !box) return;
  const list = box.querySelector("[role=listbox]"), none = box.querySelector("[data-none]");
  let word = null; // what is typed of a name, the slash included; null: the list is not open

  const shown = () => [...list.children].filter((one) => !one.hidden);
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (one) => {
    chosen()?.setAttribute("aria-selected", "false");
    one?.setAttribute("aria-selected", "true");
    one?.scrollIntoView({block: "nearest"});
    if (one) field.setAttribute("aria-activedescendant", one.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    word = null;
    box.hidden = true;
    choose(null);
  };
  const sift = () => {
    const sought = word.slice(1).toLowerCase();
    for (const one of list.children) one.hidden = !one.dataset.name.startsWith(sought);
    list.hidden = shown().length === 0;
    none.hidden = !list.hidden;
    choose(shown()[0]);
  };
  // what is known of the shopper changes: the list is asked for anew each time it opens
  const open = async () => {
    const answer = await fetch(path).catch(() => null);
    if (!answer?.ok || word === null) return close();
    list.innerHTML = await answer.text();
    box.hidden = false;
    if (word !== null) sift();
  };
  // before is what stands before the cursor of a name, the slash included
  const before = () => field.value.slice(0, field.selectionStart).match(asked)?.[1];
  const insert = (one) => {
    const words = one?.querySelector("[data-words]")?.textContent;
    if (words === undefined) return;
    const typed = before();
    if (typed === undefined) return close(); // the cursor has been led elsewhere since
    field.setRangeText(words, field.selectionStart - typed.length, field.selectionEnd, "end");
    close();
    field.dispatchEvent(new Event("input"));
  };

  field.addEventListener("input", () => {
    const typed = before();
    if (typed === undefined) return close();
    const first = word === null;
    word = typed;
    if (first) open();
    else if (!box.hidden) sift();
  });
  field.addEventListener("keydown", (event) => {
    if (box.hidden || event.ctrlKey || event.metaKey) return;
    const all = shown(), way = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (way) choose(all[(all.indexOf(chosen()) + way + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen()) insert(chosen());
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the cursor
    insert(event.target.closest("[role=option]"));
  });
  field.addEventListener("blur", close);
}

// begin opens the list from outside the field.
export function begin(field) {
  field.focus();
  const apart = field.value === "" || /\s$/u.test(field.value);
  field.setRangeText(apart ? "/" : " /", field.value.length, field.value.length, "end");
  field.dispatchEvent(new Event("input"));
}
