// What is not live any more says so: a dot, and as of when the page is.

export function live() {
  const dot = document.querySelector("#live");
  let at = dot.dataset.at;
  const lost = () => {
    dot.textContent = `${dot.dataset.lost} ${at}`;
    dot.hidden = false;
  };
  for (const event of ["htmx:sse:error", "htmx:sse:close"]) addEventListener(event, lost);
  addEventListener("htmx:sse:before:connection", ({detail}) => { if (detail.connection.attempt > 0 && !document.hidden) lost(); });
  addEventListener("htmx:sse:after:connection", () => { dot.hidden = true; });
  addEventListener("htmx:sse:after:message", () => { at = new Date().toTimeString().slice(0, 5); });
  addEventListener("over", () => location.reload()); // the session is: the server asks to sign in
}
