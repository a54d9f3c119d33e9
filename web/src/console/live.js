// What is not live any more says so: a dot, and as of when the page is. When the session
// is over, the page is asked for again, and the server asks to sign in.

import htmx from "htmx.org";

const again = 3000; // ms until a stream that could not begin is asked for once more

export function live() {
  const stream = document.querySelector("[hx-sse\\:connect]");
  if (!stream) return;
  const dot = document.querySelector("#live");
  const clock = programmeClock(dot.dataset.at);

  const lost = (status) => {
    if (status === 401) return location.reload();
    if (!dot.hidden) return;
    dot.textContent = `${dot.dataset.lost} ${clock()}`; // until a moment ago the page was as things were
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
  addEventListener("over", () => location.reload());
}

// programmeClock tells the time of the programme, in whose zone the page has all its
// times, from what it was when the page was drawn.
function programmeClock(drawn) {
  const [hours, minutes, seconds] = drawn.split(":").map(Number), then = Date.now();
  return () => {
    const past = new Date(Date.UTC(1970, 0, 1, hours, minutes, seconds) + Date.now() - then);
    return past.toISOString().slice(11, 16);
  };
}
