// The inbox: the thread stays at its end while its reader is there, drafts outlive the
// page, and what people do all day has a key.

import {begin, canned} from "./inbox/canned.js";
import {presence} from "./inbox/presence.js";
import {find} from "./inbox/find.js";
import {handed} from "./inbox/handed.js";
import {offers} from "./inbox/offer.js";

const queue = document.querySelector(".queue");
if (queue) handed(queue);
const inbox = document.querySelector("[data-talk]");
if (inbox) {
  follow();
  const field = document.querySelector("#reply-text");
  keepDraft(field);
  offers(field);
  find();
  canned(field, `/console/inbox/${inbox.dataset.talk}/replies`);
  presence(field, `/console/inbox/${inbox.dataset.talk}/presence`);
  addEventListener("keydown", press);
  addEventListener("keyup", write);
}

// follow keeps the end of the thread in sight, unless its reader has scrolled up.
function follow() {
  const end = () => {
    const thread = document.querySelector("[data-thread]");
    thread.scrollTop = thread.scrollHeight;
  };
  let near = true;
  inbox.addEventListener("scroll", ({target}) => {
    if (target.matches?.("[data-thread]")) near = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
  }, true);
  new MutationObserver(() => { if (near) end(); }).observe(inbox.querySelector(".talking"), {childList: true, subtree: true});
  inbox.addEventListener("load", () => { if (near) end(); }, true); // of a photo: it takes more room than before
  addEventListener("resize", () => { if (near) end(); });
  end();
}

// keepDraft keeps what is written, in this tab and for this conversation, until a page says
// that it was sent: neither a lost connection nor a colleague who takes the conversation
// meanwhile loses words.
function keepDraft(field) {
  const name = `draft/${inbox.dataset.talk}`, sent = `sent/${inbox.dataset.talk}`;
  const told = new URL(location).searchParams.get("sent");
  if (told && told === sessionStorage.getItem(sent)) sessionStorage.removeItem(name);
  sessionStorage.removeItem(sent);
  if (!field) return;
  if (!field.value) field.value = sessionStorage.getItem(name) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(name, field.value));
  field.form.addEventListener("submit", () => sessionStorage.setItem(sent, field.form.elements.key.value));
}

// A field of a window that was just closed has the focus a moment longer.
const free = ({ctrlKey, metaKey, altKey, target}) =>
  !ctrlKey && !metaKey && !altKey && !target.closest("input, textarea, select")?.checkVisibility() && !document.querySelector("dialog[open]");

// press goes by the place of a key, so that it works in the Russian layout too.
function press(event) {
  const {code, key, ctrlKey, metaKey, target} = event;
  const reply = document.querySelector("#reply-text");
  const form = target.closest("textarea")?.form;
  if ((ctrlKey || metaKey) && code === "Enter" && form) form.requestSubmit();
  else if (key === "/" && reply && free(event)) {
    event.preventDefault();
    begin(reply);
  }
  else if (free(event)) document.querySelector(`[data-key="${code}"]`)?.click();
}

// write goes to a field once its key is up, so that its letter is not written there.
function write(event) {
  const field = {KeyR: "#reply-text", KeyN: "#note-text"}[event.code];
  if (!free(event)) return;
  if (field) document.querySelector(field)?.focus();
  else if (event.code === "KeyF") document.querySelector("[data-opens=finding]")?.click();
}
