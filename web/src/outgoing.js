// What the shopper sends, one after another and in order. Each goes under a
// key of its own, so that trying again is harmless; without a connection it
// waits and is tried again.

const retries = [1000, 2000, 5000, 10000]; // ms; the last one repeats

export class Outgoing {
  // tell(key, fate) hears what becomes of each: waiting, sent, refused, too-big.
  // server has its addresses and the most that a photo may hold.
  constructor(server, tell) {
    this.server = server;
    this.tell = tell;
    this.queue = [];
    this.refused = new Map();
    this.failures = 0;
    addEventListener("online", () => this.wake());
  }

  message(key, body) {
    this.#add(key, () => fetch(this.server.messages, {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({key, ...body}),
    }));
  }

  photo(key, file) {
    if (file.size > Number(this.server.photoBytes)) { // its answer may not come through to whoever still sends
      this.tell(key, "too-big");
      return;
    }
    const address = new URL(this.server.photos, location.href);
    address.searchParams.set("key", key);
    this.#add(key, () => fetch(address, {
      method: "POST",
      headers: {"Content-Type": file.type || "application/octet-stream"},
      body: file,
    }));
  }

  // retry sends once more what was refused, under its key.
  retry(key) {
    const post = this.refused.get(key);
    this.refused.delete(key);
    if (post) this.#add(key, post);
  }

  // wake tries at once what waits.
  wake() {
    clearTimeout(this.timer);
    this.#next();
  }

  #add(key, post) {
    this.queue.push({key, post});
    if (this.queue.length === 1) this.wake();
  }

  async #next() {
    if (this.busy || this.queue.length === 0) return;
    this.busy = true;
    const {key, post} = this.queue[0];
    const fate = await this.#try(post);
    this.busy = false;
    if (fate === "refused") this.refused.set(key, post);
    this.tell(key, fate);
    if (fate === "waiting") {
      this.timer = setTimeout(() => this.#next(), retries[Math.min(this.failures++, retries.length - 1)]);
      return;
    }
    this.failures = 0;
    this.queue.shift();
    this.#next();
  }

  // renew gets a session for a browser that has forgotten its own: the page gives
  // one. What was said in the old one is not in the new one.
  async #renew() {
    await fetch(location.href);
    this.renewed = true;
  }

  async #try(post) {
    try {
      const answer = await post();
      if (answer.ok) {
        if (this.renewed) location.reload();
        return "sent";
      }
      if (answer.status === 413) return "too-big";
      if (answer.status === 401) await this.#renew();
      return answer.status >= 500 || [401, 408, 429].includes(answer.status) ? "waiting" : "refused";
    } catch {
      return "waiting"; // no connection
    }
  }
}
