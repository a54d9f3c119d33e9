// The shopper's chat. The server renders every line; this module shows what
// the shopper sends at once, keeps sending it until the server has it, and
// adds the lines that the event stream brings.

import {EventSource} from "eventsource"; // the browser's own cannot say in a header whose it is

import {Outgoing} from "./outgoing.js";
import {ofPage} from "./session.js";

const retryStream = 2000; // ms; when the browser has given a stream up
const botIsThinking = 20000; // ms; then the dots go away

export class Chat {
  // session says who is chatting; heard(n, line) is called for every line that comes.
  constructor(root, session = ofPage, heard = () => {}) {
    this.root = root;
    this.session = session;
    this.heard = heard;
    this.log = root.querySelector("[data-log]");
    this.field = root.querySelector("[data-say-field]");
    this.after = session.after ?? Number(root.dataset.after);
    this.outgoing = new Outgoing(root.dataset, session, {
      tell: (key, fate) => this.#fate(key, fate),
      progress: (key, share) => this.#progress(key, share),
      again: (kept) => this.#again(kept),
    });
    this.#listen();
    this.#connect();
    this.#toEnd();
    if (root.dataset.start) this.outgoing.message("start-" + root.dataset.start, {start: root.dataset.start});
  }

  // say sends a text as if it were typed.
  say(text) {
    this.#send({text}, text);
  }

  // tap sends the token of a button; its title is what the shopper said.
  tap(token, title) {
    this.#send({tap: token, text: title}, title);
  }

  // photo sends a picture, or a PDF, which is named and not shown.
  photo(file) {
    const key = newKey();
    this.#pendingPhoto(key, file);
    this.outgoing.photo(key, file);
  }

  #pendingPhoto(key, file) {
    const line = this.#pending(key, nameOf(file));
    if (!file.type.startsWith("image/")) return;
    const img = line.querySelector("img");
    const shown = URL.createObjectURL(file);
    img.src = shown;
    img.hidden = false;
    img.addEventListener("load", () => { URL.revokeObjectURL(shown); this.#toEnd(); }, {once: true});
  }

  #send(body, shown) {
    const key = newKey();
    this.#pending(key, shown);
    this.outgoing.message(key, body, shown);
  }

  // again shows what an earlier page of this browser could not send; false when it came
  // through after all.
  #again({key, file, shown}) {
    if (this.log.querySelector(`[data-key="${CSS.escape(key)}"]`)) return false;
    if (file) this.#pendingPhoto(key, file);
    else if (shown) this.#pending(key, shown);
    return true;
  }

  // pending shows a line before the server has it.
  #pending(key, text) {
    const line = this.root.querySelector("[data-pending]").content.cloneNode(true).firstElementChild;
    line.dataset.key = key;
    line.querySelector(".text").textContent = text;
    this.log.append(line);
    this.#fate(line.dataset.key, "sending");
    this.#toEnd();
    return line;
  }

  // fate tells the shopper what became of a line: sending, waiting, sent,
  // refused, too-big, unfit.
  #fate(key, fate) {
    if (fate === "sent") this.#thinking(true);
    const line = this.#pendingLine(key);
    if (!line) return;
    line.dataset.fate = fate;
    const note = line.querySelector(".fate");
    note.textContent = note.getAttribute("data-" + fate) ?? "";
    line.querySelector("[data-retry]").hidden = fate !== "refused";
    if (fate !== "sending") line.querySelector("progress").hidden = true;
  }

  #progress(key, share) {
    const bar = this.#pendingLine(key)?.querySelector("progress");
    if (!bar) return;
    bar.hidden = share === 1;
    bar.value = share;
  }

  #pendingLine(key) {
    return this.log.querySelector(`.pending[data-key="${CSS.escape(key)}"]`);
  }

  #connect() {
    const address = new URL(this.root.dataset.events, location.href);
    address.searchParams.set("after", this.after);
    const stream = new EventSource(address, {fetch: (input, init) => this.session.fetch(input, init)});
    this.stream = stream;
    stream.onopen = () => { this.#online(true); this.outgoing.wake(); };
    stream.onmessage = (event) => this.#add(event.data);
    stream.onerror = () => {
      this.#online(false);
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.#connect(), retryStream);
    };
  }

  // A page that the browser keeps for its back button would keep one of the
  // few connections that a site may have.
  #listenToLeaving() {
    addEventListener("pagehide", () => this.stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#connect(); });
  }

  // add puts a line of the transcript in its place: last, but before what is
  // still on its way. Its pending twin has its place already, and so has a line
  // that it changes.
  #add(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html; // rendered and escaped by our server
    const line = holder.content.firstElementChild;
    const n = Number(line.dataset.n);
    if (n <= this.after) return;
    this.after = n;
    const atEnd = this.#atEnd();
    const twin = line.dataset.key && this.#pendingLine(line.dataset.key);
    const before = this.log.querySelector("#" + CSS.escape(line.id));
    if (twin) this.outgoing.arrived(line.dataset.key);
    else this.session.show(line);
    if (twin) settle(twin, line);
    else if (before) change(before, line);
    else this.log.insertBefore(line, this.log.querySelector(".pending"));
    if (!line.classList.contains("shopper")) this.#thinking(false);
    this.heard(n, line);
    if (atEnd) this.#toEnd();
    for (const img of (twin || before || line).querySelectorAll("img")) img.addEventListener("load", () => atEnd && this.#toEnd(), {once: true});
  }

  #online(yes) {
    const state = this.root.querySelector("[data-state]");
    const words = yes ? state.dataset.online : state.dataset.offline;
    this.root.classList.toggle("offline", !yes);
    if (state.textContent !== words) state.textContent = words;
  }

  #thinking(yes) {
    clearTimeout(this.dots);
    this.root.querySelector("[data-typing]").hidden = !yes;
    if (yes) this.dots = setTimeout(() => this.#thinking(false), botIsThinking);
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #listen() {
    const form = this.root.querySelector("[data-composer]");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#submit(); }
    });
    this.field.addEventListener("input", () => this.#grow());
    this.root.addEventListener("click", (event) => this.#clicked(event.target.closest("button")));
    for (const input of this.root.querySelectorAll("[data-file]")) {
      input.addEventListener("change", () => { this.#photos(input.files); input.value = ""; });
    }
    this.root.addEventListener("paste", (event) => this.#photos(event.clipboardData.files));
    this.#listenToDrops();
    this.#listenToLeaving();
  }

  #clicked(button) {
    if (!button) return;
    if (button.dataset.tap) this.tap(button.dataset.tap, button.textContent);
    if (button.dataset.say) this.#greet(button.dataset.say);
    if ("retry" in button.dataset) this.#retry(button.closest(".pending"));
    if ("attach" in button.dataset) this.root.querySelector("#photo").click();
    if ("camera" in button.dataset) this.root.querySelector("#camera").click();
  }

  // greet leaves the focus in the log: the button goes away with its welcome, and a field
  // would bring up the keyboard of a phone.
  #greet(words) {
    this.log.focus();
    this.say(words);
  }

  // retry leaves the focus in the field: the button goes away.
  #retry(line) {
    this.field.focus();
    this.#fate(line.dataset.key, "sending");
    this.outgoing.retry(line.dataset.key);
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.say(text);
    this.field.value = "";
    this.field.focus();
    this.#grow();
  }

  // grow fits the field to what is in it; line ends alone are nothing.
  #grow() {
    if (!this.field.value.trim()) this.field.value = this.field.value.replaceAll("\n", "");
    this.field.rows = Math.min(5, Math.max(1, this.field.value.split("\n").length, Math.ceil(this.field.value.length / 36)));
  }

  #photos(files) {
    for (const file of files) this.photo(file);
  }

  // dropped takes files, and pictures dragged from a page of ours.
  async #dropped(what) {
    const address = what.getData("text/uri-list");
    if (what.files.length > 0) return this.#photos(what.files);
    if (!address || new URL(address).origin !== location.origin) return;
    const answer = await fetch(address);
    if (answer.ok) this.photo(await answer.blob());
  }

  #listenToDrops() {
    const curtain = this.root.querySelector("[data-drop]");
    const show = (event) => { event.preventDefault(); curtain.hidden = false; };
    this.root.addEventListener("dragenter", show);
    this.root.addEventListener("dragover", show);
    this.root.addEventListener("dragleave", (event) => {
      if (!this.root.contains(event.relatedTarget)) curtain.hidden = true;
    });
    this.root.addEventListener("drop", (event) => {
      event.preventDefault();
      curtain.hidden = true;
      this.#dropped(event.dataTransfer);
    });
  }
}

// settle makes a pending line the one of the transcript. It stays the node that
// it is: a new one in the log would be read aloud a second time.
function settle(pending, line) {
  for (const {name, value} of line.attributes) pending.setAttribute(name, value);
  const [mine, theirs] = [pending, line].map((side) => side.querySelector("time"));
  mine.dateTime = theirs.dateTime;
  mine.textContent = theirs.textContent;
  const picture = line.querySelector("img");
  if (picture?.hasAttribute("src")) pending.querySelector("img").src = picture.getAttribute("src");
  else if (!picture) pending.querySelector("img")?.remove(); // there for a photo, and these are words
  for (const done of pending.querySelectorAll(".fate, [data-retry], progress")) done.remove();
  delete pending.dataset.fate;
}

// change makes a line say what another one does. It stays the node that it is,
// and the log reads aloud what comes into it.
function change(line, to) {
  line.dataset.n = to.dataset.n;
  line.replaceChildren(...to.children);
}

// nameOf says what a file is that is not shown.
function nameOf(file) {
  if (file.type.startsWith("image/")) return "";
  return file.type === "application/pdf" ? "📄 PDF" : "📄 " + (file.name ?? "");
}

// newKey names a message; unlike randomUUID it works without HTTPS too.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const root = document.querySelector("body:not(.framed) [data-chat]"); // a frame starts its own, when it knows whose it is
export const chat = root && new Chat(root);
