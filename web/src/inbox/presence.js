// Presence tells where the reader of a conversation is, while they are: colleagues see who
// looks and who writes. It is told again and again, and ends by itself when it is not.

const again = 10000, pause = 6000; // ms: until it is told once more, until who writes no more only looks

export function presence(field, path) {
  let doing = "looks", resting;
  const tell = (what) => fetch(path, {method: "POST", body: new URLSearchParams({doing: what}), keepalive: true}).catch(() => {});
  const become = (what) => {
    if (what === doing) return;
    doing = what;
    if (!document.hidden) tell(doing); // who has gone to another window is told of when they are back
  };
  field?.addEventListener("input", () => {
    become(field.value ? "writes" : "looks");
    clearTimeout(resting);
    resting = setTimeout(() => become("looks"), pause);
  });
  document.addEventListener("visibilitychange", () => tell(document.hidden ? "leaves" : doing));
  addEventListener("pagehide", () => navigator.sendBeacon(path, new URLSearchParams({doing: "leaves"})));
  setInterval(() => { if (!document.hidden) tell(doing); }, again);
  if (!document.hidden) tell(doing);
}
