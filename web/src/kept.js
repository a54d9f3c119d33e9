// What waits to be sent, kept in the browser: whoever closes the page without a
// connection finds it on its way when they come back.

import {createStore, del, entries, set} from "idb-keyval";

const tooOld = 7 * 24 * 3600 * 1000; // ms; nobody expects it to be sent any more

export class Kept {
  constructor(name) {
    this.store = createStore("besedka-" + name, "outgoing");
    this.last = 0;
  }

  // all is what was kept, in the order in which it was written.
  async all() {
    const found = await this.#try(() => entries(this.store)) ?? [];
    const items = found.map(([key, item]) => ({key, ...item})).sort((a, b) => a.at - b.at);
    for (const {key} of items.filter((item) => item.at < Date.now() - tooOld)) this.drop(key);
    return items.filter((item) => item.at >= Date.now() - tooOld);
  }

  keep(key, item) {
    this.last = Math.max(this.last + 1, Date.now());
    return this.#try(() => set(key, {...item, at: this.last}, this.store));
  }

  drop(key) {
    return this.#try(() => del(key, this.store));
  }

  // try goes on without: a private window may keep nothing.
  async #try(act) {
    try { return await act(); } catch { return undefined; }
  }
}
