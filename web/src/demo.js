// The demonstration: htmx keeps the right side live, this module sends the
// pictures of the tray through the chat as a shopper would.

import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import {chat} from "./chat.js";

async function send(kind) {
  const answer = await fetch("/demo/receipts/" + kind);
  if (answer.ok) chat.photo(await answer.blob());
}

for (const button of document.querySelectorAll("[data-send]")) {
  button.addEventListener("click", () => send(button.dataset.send));
}
