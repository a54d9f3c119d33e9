// Who is handed a conversation hears of it, whatever list they look at.

export function handed(queue) {
  const count = () => Number(queue.querySelector("[data-handed]")?.dataset.handed ?? 0);
  let before = count();
  new MutationObserver(() => {
    const now = count();
    if (now > before) document.querySelector("#toast").textContent = queue.querySelector("[data-told]").dataset.told;
    before = now;
  }).observe(queue, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-handed"]});
}
