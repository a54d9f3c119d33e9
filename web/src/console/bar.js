// On a telephone the sections scroll in one row, which begins at the one that is open.

export function bar() {
  const row = document.querySelector(".bar nav"), open = row.querySelector("[aria-current]");
  if (open) row.scrollLeft = open.offsetLeft - row.offsetLeft;
}
