// What is not live any more says so: a dot, and as of when the page is. When the session
// is over, the page is asked for again, and the server asks to sign in.

import htmx from "htmx.org";

const again = 3000; // ms until a stream that could not begin is asked for once more

export function live() {
  const stream = document.querySelector("[hx-sse\\:connect]");
  if (!stream) return;
  const dot = document.querySelector("#live");
  let at = dot.dataset.at;

  const lost = (status) => {
    if (status === 401) return location.reload();
    dot.textContent = `${dot.dataset.lost} ${at}`;
    dot.hidden = false;
  };
  // htmx itself comes back only to a stream that had begun
  const unbegun = ({detail: {ctx}}) => {
    if (ctx.sourceElement !== stream) return;
    lost(ctx.response?.status);
    setTimeout(() => htmx.ajax("GET", stream.getAttribute("hx-sse:connect"), {source: stream}), again);
  };

  addEventListener("htmx:error", unbegun);
  addEventListener("htmx:response:error", unbegun);
  addEventListener("htmx:sse:error", ({detail}) => lost(detail.status));
  addEventListener("htmx:sse:close", () => lost());
  addEventListener("htmx:sse:before:connection", ({detail}) => { if (detail.connection.attempt > 0 && !document.hidden) lost(); });
  addEventListener("htmx:sse:after:connection", () => { dot.hidden = true; });
  addEventListener("htmx:sse:after:message", () => { at = new Date().toTimeString().slice(0, 5); });
  addEventListener("over", () => location.reload());
}
