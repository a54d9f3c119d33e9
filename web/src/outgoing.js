// What the shopper sends, one after another and in order. Each goes under a
// key of its own, so that trying again is harmless; without a connection it
// waits, in the browser's keeping, and is tried again.

import {Kept} from "./kept.js";

const retries = [1000, 2000, 5000, 10000]; // ms; the last one repeats

export class Outgoing {
  // server has its addresses and the most that a photo may hold, session says who sends.
  // tell(key, fate) hears what becomes of each: waiting, sent, refused, too-big, unfit;
  // progress(key, share) how much of a photo has gone out; again(item) shows what an
  // earlier page has left, unless it came through.
  constructor(server, session, {tell, progress, again}) {
    Object.assign(this, {server, session, tell, progress});
    this.kept = new Kept(session.queue ?? server.queue);
    this.queue = [];
    this.refused = new Map();
    this.failures = 0;
    this.restored = this.#restore(again);
    addEventListener("online", () => this.wake());
  }

  message(key, body, shown) {
    this.#keep({key, body, shown});
  }

  photo(key, file) {
    if (file.type && !file.type.startsWith("image/") && file.type !== "application/pdf") return this.tell(key, "unfit");
    if (file.size > Number(this.server.photoBytes)) return this.tell(key, "too-big"); // its answer may not come through to whoever still sends
    this.#keep({key, file});
  }

  // retry sends once more what was refused, under its key.
  retry(key) {
    const item = this.refused.get(key);
    this.refused.delete(key);
    if (item) this.#add(item);
  }

  // arrived is told when the transcript has a line: it need not be sent again.
  arrived(key) {
    this.kept.drop(key);
    this.queue = this.queue.filter((item) => item.key !== key || item === this.busy);
  }

  // wake tries at once what waits.
  wake() {
    clearTimeout(this.timer);
    this.#next();
  }

  // restore puts what an earlier page could not send before what this one will.
  async #restore(again) {
    for (const item of await this.kept.all()) {
      if (again(item)) this.queue.push(item);
      else this.kept.drop(item.key);
    }
    this.#next();
  }

  #keep(item) {
    this.kept.keep(item.key, {body: item.body, shown: item.shown, file: item.file});
    this.restored.then(() => this.#add(item));
  }

  #add(item) {
    this.queue.push(item);
    if (this.queue.length === 1) this.wake();
  }

  async #next() {
    if (this.busy || this.queue.length === 0) return;
    const item = this.busy = this.queue[0];
    const fate = await this.#try(item);
    if (fate === "sent" || fate === "too-big") await this.kept.drop(item.key);
    this.busy = null;
    this.tell(item.key, fate);
    if (fate === "waiting") {
      this.timer = setTimeout(() => this.#next(), retries[Math.min(this.failures++, retries.length - 1)]);
      return;
    }
    if (fate === "refused") this.refused.set(item.key, item);
    this.failures = 0;
    this.queue.shift();
    if (this.renewed) return location.reload(); // the rest is kept, and goes out from there
    this.#next();
  }

  async #try(item) {
    try {
      const status = await (item.file ? this.#postPhoto(item) : this.#postMessage(item));
      if (status < 300) return "sent";
      if (status === 413) return "too-big";
      if (status === 401) {
        await this.session.renew();
        this.renewed = true;
      }
      return status >= 500 || [401, 408, 429].includes(status) ? "waiting" : "refused";
    } catch {
      return "waiting"; // no connection
    }
  }

  async #postMessage({key, body}) {
    const answer = await this.session.fetch(this.server.messages, {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({key, ...body}),
    });
    return answer.status;
  }

  // A photo goes by the elder way of asking: fetch tells nobody how far it has come.
  #postPhoto({key, file}) {
    const address = new URL(this.server.photos, location.href);
    address.searchParams.set("key", key);
    return new Promise((done, failed) => {
      const post = new XMLHttpRequest();
      post.open("POST", address);
      for (const [name, value] of Object.entries(this.session.headers)) post.setRequestHeader(name, value);
      post.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      post.upload.onprogress = (event) => this.progress(key, event.loaded / event.total);
      post.onload = () => done(post.status);
      post.onerror = failed;
      post.send(file);
    });
  }
}
