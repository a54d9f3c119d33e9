// How many conversations wait for the reader stands in the bar of every page, and in the
// title of its tab. Who has allowed it hears of one more while the page is hidden; they are
// asked when they press the key, and never by themselves.

export function bell() {
  const ask = document.querySelector("[data-bell]");
  if (!ask) return;
  const bar = ask.closest(".bar"), title = document.title;
  const mayAsk = () => "Notification" in window && Notification.permission === "default";
  let before = null; // how many waited when the page was drawn
  let told = null; // what was told last

  ask.hidden = !mayAsk();
  ask.addEventListener("click", async () => {
    await Notification.requestPermission();
    ask.hidden = !mayAsk();
  });
  const tell = (n, text) => {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    told?.close();
    try {
      told = new Notification(ask.dataset.title, {body: text, tag: `waits ${n}`}); // several tabs tell it once; under the tag of the one before it would make no sound
    } catch {
      return; // Chrome on Android refuses a page: the title tells
    }
    told.onclick = () => { focus(); told.close(); };
  };
  new MutationObserver(() => {
    const now = bar.querySelector("[data-waits]");
    if (!now) return;
    const n = Number(now.dataset.waits);
    document.title = n ? `(${n}) ${title}` : title;
    if (before !== null && n > before) tell(n, now.dataset.told);
    before = n;
  }).observe(bar, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-waits"]});
}
