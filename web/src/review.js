// The review queue: every decision has a key, the photo is turned and brought near, and
// what was written outlives a task that was lost meanwhile.

const review = document.querySelector("[data-review]");
const steps = [1, 1.5, 2, 3, 4, 6], lights = [1, 1.4, 1.9, 0.7];

addEventListener("keydown", press);
if (review) {
  keep(review.dataset.review);
  look(review.querySelector("[data-glass]"));
  addEventListener("load", () => { if (review.dataset.preload) new Image().src = review.dataset.preload; });
}

// press goes by the place of a key, so that it works in every layout, on the digits of
// either half of the keyboard. A key that is held down decides one task and not the next.
function press(event) {
  const {code, repeat, ctrlKey, metaKey, altKey, target} = event;
  if (ctrlKey || metaKey || altKey || target.closest("input:not([type=radio]), textarea, select")) return;
  const open = document.querySelector("dialog[open]");
  if (open) return repeat || choose(event, open);
  const button = [...document.querySelectorAll("[data-key], [data-keys]")].find(({dataset}) => (dataset.key ?? dataset.keys).split(" ").includes(code));
  if (!button) return;
  event.preventDefault();
  if (repeat && button.dataset.key) return;
  button.click();
}

// choose marks a reason by its digit; Enter sends the form, as it does everywhere.
function choose(event, dialog) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const reason = digit && dialog.querySelector(`[data-digit="${digit}"]`);
  if (!reason) return;
  event.preventDefault();
  reason.checked = true;
  reason.focus();
}

// keep holds what is written in this tab until its form is answered by another page.
function keep(task) {
  for (const field of document.querySelectorAll("[data-kept]")) {
    const name = `review/${task}/${field.dataset.kept}`;
    if (!field.value) field.value = sessionStorage.getItem(name) ?? "";
    field.addEventListener("input", () => sessionStorage.setItem(name, field.value));
  }
}

// look shows one photo at a time: as wide as the glass at first, then nearer, turned by
// quarters, brighter or darker.
function look(glass) {
  if (!glass) return;
  const photos = [...glass.querySelectorAll("img")];
  let shown = 0, near = 0, turn = 0, light = 0;
  const draw = () => {
    const photo = photos[shown], {naturalWidth: w, naturalHeight: h} = photo;
    if (!w) return;
    const [wide, high] = turn % 2 ? [h, w] : [w, h];
    const scale = Math.min(glass.clientWidth / wide, glass.clientHeight / high) * steps[near];
    const left = Math.max(0, (glass.clientWidth - wide * scale) / 2);
    Object.assign(photo.style, {
      width: `${w * scale}px`, height: `${h * scale}px`, filter: `brightness(${lights[light]})`,
      transform: `translate(${left + (wide - w) * scale / 2}px, ${(high - h) * scale / 2}px) rotate(${turn * 90}deg)`,
    });
  };
  const tools = {
    in: () => { near = Math.min(near + 1, steps.length - 1); },
    out: () => { near = Math.max(near - 1, 0); },
    turn: () => { turn = (turn + 1) % 4; },
    bright: () => { light = (light + 1) % lights.length; },
    other: () => { photos[shown].hidden = true; shown = (shown + 1) % photos.length; photos[shown].hidden = false; },
  };
  for (const photo of photos) photo.addEventListener("load", draw);
  for (const button of review.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      tools[button.dataset.tool]();
      draw();
      Object.assign(glass.dataset, {near: steps[near], turn: turn * 90, light: lights[light], shown});
    });
  }
  new ResizeObserver(draw).observe(glass);
  draw();
}
