// The chat in a frame on a site of the organiser. It talks to widget.js on the page
// around it, and only to a page that our server lets show it.

import {Chat} from "./chat.js";
import {FrameSession, keep, recall} from "./session.js";

class Frame {
  constructor(body) {
    this.root = body.querySelector("[data-chat]");
    this.stranger = body.querySelector("[data-stranger]");
    this.session = new FrameSession(body.dataset.session, () => this.#estranged());
    this.open = false;
    this.unread = 0;
    const sites = JSON.parse(body.dataset.sites) ?? [];
    addEventListener("message", (event) => {
      if (event.source !== parent || !sites.includes(event.origin)) return;
      this.site = event.origin;
      this.#told(event.data);
    });
    addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) this.#tell({besedka: "close"}); });
    this.root.querySelector("[data-close]").addEventListener("click", () => this.#tell({besedka: "close"}));
  }

  #tell(what) {
    if (this.site) parent.postMessage(what, this.site);
  }

  #told({besedka, member, open, focus}) {
    if (besedka === "hello" && !this.greeted) this.#begin(member);
    if (besedka !== "hello" && besedka !== "shown") return;
    this.open = open;
    this.focus = focus;
    if (open) this.#read();
    this.#greet();
  }

  // greet puts the cursor where the shopper writes, once there is somebody to hear it.
  #greet() {
    if (this.focus && this.chat) this.root.querySelector("[data-say-field]").focus();
  }

  async #begin(member) {
    this.greeted = true;
    const refused = await this.session.open(member);
    if (refused) {
      this.#estranged();
      this.#tell({besedka: "refused", why: refused});
    }
    this.seen = Number(recall("seen." + this.session.queue));
    this.chat = new Chat(this.root, this.session, (n, line) => this.#heard(n, line));
    for (const part of this.root.querySelectorAll("[inert]")) part.inert = false;
    this.#greet();
  }

  #estranged() {
    this.stranger.textContent = this.stranger.dataset.words;
  }

  // heard counts what is said while nobody looks.
  #heard(n, line) {
    if (this.open) return this.#read();
    if (n <= this.seen || line.classList.contains("shopper")) return;
    this.unread++;
    this.#tell({besedka: "unread", count: this.unread});
  }

  #read() {
    this.unread = 0;
    this.#tell({besedka: "unread", count: 0});
    if (!this.chat?.after) return;
    this.seen = this.chat.after;
    keep("seen." + this.session.queue, this.seen);
  }
}

new Frame(document.body);
