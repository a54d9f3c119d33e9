// The palette finds a page by a part of its name.

export function palette() {
  const dialog = document.querySelector("#palette");
  if (!dialog) return;
  const field = dialog.querySelector("input"), none = dialog.querySelector("[data-none]");
  const rows = [...dialog.querySelectorAll("li")];
  const shown = () => rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));

  field.addEventListener("input", () => {
    const sought = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(sought);
    none.hidden = shown().length > 0;
  });
  dialog.addEventListener("keydown", (event) => {
    const way = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const links = shown();
    if (event.key === "Enter" && event.target === field) links[0]?.click();
    else if (way) (links[links.indexOf(document.activeElement) + way] ?? field).focus();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    field.value = "";
    field.dispatchEvent(new Event("input"));
  });
}
