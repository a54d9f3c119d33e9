// The keys of the whole page. They go by the place of a key, so that they work
// in the Russian layout too.

export class Keys {
  constructor(desk) {
    this.desk = desk;
    addEventListener("keydown", (event) => this.#pressed(event), {capture: true});
    for (const list of document.querySelectorAll('[role="tablist"], #tree')) list.addEventListener("keydown", (event) => this.#arrow(event));
    document.querySelector("#filter").addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "ArrowDown") this.#first(event);
    });
  }

  #pressed(event) {
    const act = this.#act(event);
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #act({code, key, ctrlKey, metaKey, altKey, shiftKey, target}) {
    const desk = this.desk, control = (ctrlKey || metaKey) && !altKey;
    const typing = target.closest?.("input, textarea, select, .cm-content");
    if (control && code === "KeyS") return () => desk.save();
    if (control && shiftKey && code === "Enter") return () => desk.here();
    if (control && code === "Period") return () => desk.editor.mend();
    if (control && code === "Enter") return () => desk.panels.tests();
    if (control && code === "KeyK") return () => document.querySelector("#filter").select();
    if (code === "F8") return () => desk.step(shiftKey ? -1 : 1);
    if (altKey && !ctrlKey && code === "Digit1") return () => desk.editor.focus();
    if (altKey && !ctrlKey && code === "Digit2") return () => desk.talk.focus();
    if (altKey && !ctrlKey && code === "Digit3") return () => document.querySelector('[role="tab"][aria-selected="true"]').focus();
    if (altKey && !ctrlKey && code === "KeyR") return () => desk.talk.restart();
    if (key === "?" && !typing) return () => document.querySelector("#help").showModal();
    if (key === "Enter" && target.matches?.("g[data-step]")) return () => target.dispatchEvent(new MouseEvent("click", {bubbles: true}));
  }

  // arrow moves along tabs and files.
  #arrow(event) {
    const way = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
    if (!way) return;
    const list = [...event.currentTarget.querySelectorAll('[role="tab"], [data-file]')].filter((item) => item.offsetParent && !item.disabled);
    const next = list[(list.indexOf(document.activeElement) + way + list.length) % list.length];
    event.preventDefault();
    next?.focus();
    if (next?.dataset.tab) next.click();
  }

  #first(event) {
    const file = [...document.querySelectorAll("#tree [data-file]")].find((item) => item.offsetParent && !item.disabled);
    event.preventDefault();
    if (event.key === "Enter") file?.click();
    else file?.focus();
  }
}
