// The desk: which file is open, what is not saved yet, and what the other parts
// of the page hear of it.

import {Ask, toast} from "./dialogs.js";
import {Editor, textOf} from "./editor.js";
import {Keys} from "./keys.js";
import {Panels, scriptOf} from "./panels.js";
import {get, newest, post, reading, Refused, words} from "./server.js";
import {Talk} from "./talk.js";

const checkAfter = 250; // ms without a key
const againAfter = 1500; // ms, when the program does not answer

export class Desk {
  constructor() {
    this.documents = new Map(); // by name: {base, saved, state}; base is the hash of the file that saved is
    this.known = {version: 0, programme: 0, files: {}, findings: []};
    this.editor = new Editor(document.querySelector("#editor"), () => this.#edited());
    this.talk = new Talk(this);
    this.panels = new Panels(this);
    this.ask = new Ask();
    this.check = newest((draft) => post("check", draft));
    new Keys(this);
    document.addEventListener("click", (event) => this.#clicked(event));
    addEventListener("beforeunload", (event) => { if (this.unsaved().length > 0) event.preventDefault(); });
    document.querySelector("#filter").addEventListener("input", () => this.#filter());
  }

  async start() {
    this.#take(await get("state"));
    await this.#openFirst();
    this.talk.play();
    this.#follow();
  }

  // follow hears of every change in the folder, whoever made it.
  async #follow() {
    for (;;) {
      try {
        this.#take(await get("state", {seen: this.known.version}));
        document.body.classList.remove("lost");
      } catch (error) {
        document.body.classList.add("lost");
        toast(error instanceof Refused ? error.message : words.lost);
        await new Promise((done) => setTimeout(done, againAfter));
      }
    }
  }

  // take shows the folder as the server has it, unless something newer is shown.
  #take(state) {
    if (state.version <= this.known.version) return;
    const before = this.known;
    this.known = state;
    document.querySelector("#tree").innerHTML = state.tree; // rendered and escaped by our server
    document.querySelector("#banner").innerHTML = state.banner;
    this.#marks();
    this.#filter();
    this.#outside();
    if (this.dirty) this.#recheck();
    else this.#findings(state.findings, state.list);
    this.panels.changed();
    if (before.version && state.programme !== before.programme) this.talk.play(words.replayed);
  }

  get document() { return this.documents.get(this.editor.name); }
  get dirty() { return Boolean(this.document) && this.editor.text !== this.document.saved; }

  // unsaved are the names of files with texts of the author's own.
  unsaved() {
    return [...this.documents].filter(([name, d]) => (name === this.editor.name ? this.editor.text : textOf(d.state)) !== d.saved).map(([name]) => name);
  }

  async #openFirst() {
    const names = Object.keys(this.known.files).sort();
    const [asked, line, col] = decodeURIComponent(location.hash.slice(1)).split(":"); // from a page that tells of a mistake
    if (names.includes(asked)) return this.open(asked, line, col);
    const last = sessionStorage.getItem(location.pathname + "file");
    const wanted = names.find((name) => name === last) ?? names.find((name) => /^flows\/(hello|start|menu)\.yaml$/.test(name)) ?? names.find((name) => /^flows\/.*\.yaml$/.test(name)) ?? names.find((name) => name.endsWith(".yaml"));
    if (wanted) await this.open(wanted);
  }

  // open shows a file, and the place in it that is asked for.
  async open(name, line, col) {
    this.wanted = name;
    if (name !== this.editor.name) {
      await this.#read(name);
      if (this.wanted !== name || !this.documents.has(name)) return;
      if (this.document) this.document.state = this.editor.state; // with what was typed meanwhile
      this.editor.show(name, this.documents.get(name).state);
      sessionStorage.setItem(location.pathname + "file", name);
      document.querySelector("#file-name").textContent = name;
      this.#conflict(null);
      this.#marks();
      this.#outside();
      this.#recheck();
      this.panels.opened(name);
    }
    if (line) this.editor.goTo(Number(line), Number(col || 1));
  }

  // read brings a file that has not been opened before.
  async #read(name) {
    if (this.documents.has(name)) return;
    const file = await this.try(() => get("file", {name}));
    if (!file || this.documents.has(name)) return;
    this.documents.set(name, {base: file.hash, saved: file.text, state: this.editor.fresh(name, file.text)});
  }

  #edited() {
    this.#marks();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#recheck(), checkAfter);
  }

  // recheck finds the mistakes that there would be if this text were saved.
  async #recheck() {
    clearTimeout(this.timer);
    if (!this.dirty) return this.#findings(this.known.findings, this.known.list);
    const found = await this.try(() => this.check({name: this.editor.name, text: this.editor.text}));
    if (found) this.#findings(found.findings, found.list);
  }

  #findings(list, html) {
    this.findings = list;
    this.editor.findings(list);
    this.panels.findings(list, html);
  }

  // marks tells in the list of files which is open and which are not saved.
  #marks() {
    const unsaved = this.unsaved();
    for (const button of document.querySelectorAll("[data-file]")) {
      const name = button.dataset.file;
      if (name === this.editor.name) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.classList.toggle("unsaved", unsaved.includes(name));
    }
    document.querySelector("#dirty").hidden = !this.dirty;
    const own = document.querySelector(`[data-file="${CSS.escape(this.editor.name)}"]`)?.dataset.own;
    for (const act of ["rename", "remove"]) document.querySelector(`[data-act="${act}"]`).hidden = !own;
  }

  // outside takes over what was changed in another editor. A text that is not
  // saved stays: both are shown.
  async #outside() {
    for (const [name, d] of this.documents) {
      const hash = this.known.files[name];
      if (hash === d.base || d.saving) continue;
      const unsaved = this.unsaved().includes(name);
      if (hash === undefined && name === this.editor.name && !d.gone) { d.gone = true; toast(words.gone); }
      if (hash === undefined) { if (!unsaved && name !== this.editor.name) this.documents.delete(name); continue; }
      if (name !== this.editor.name) { if (!unsaved) this.documents.delete(name); continue; } // read again when it is opened
      const file = await this.try(() => get("file", {name}));
      if (!file || name !== this.editor.name || file.hash === d.base) continue;
      if (this.dirty && this.editor.text !== file.text) return this.#conflict(file);
      this.#settle(d, file);
      toast(words.changed_outside);
    }
  }

  // settle makes the open file the one on disk.
  #settle(d, file) {
    d.base = file.hash;
    d.saved = file.text;
    this.editor.take(file.text);
    this.#conflict(null);
    this.#marks();
    this.#recheck();
  }

  async save() {
    const name = this.editor.name, text = this.editor.text, d = this.document;
    if (!d || d.saving || reading) return;
    if (!this.dirty && this.known.files[name]) return toast(words.saved);
    d.saving = this.#send(d, name, text);
    await d.saving;
  }

  async #send(d, name, text) {
    try {
      this.#kept(d, name, text, await post(this.known.files[name] ? "file/save" : "file/make", {name, text, seen: d.base}));
    } catch (error) {
      if (error instanceof Refused && error.body.hash) this.#conflict(error.body);
      else toast(error instanceof Refused ? error.message : words.lost);
    } finally {
      d.saving = false;
    }
  }

  #kept(d, name, text, state) {
    d.saved = text;
    d.base = state.saved;
    d.gone = d.saving = false;
    this.#conflict(null);
    toast(words.saved);
    this.#take(state);
    this.#marks();
    this.#outside(); // somebody else may have saved at the same time
    this.#recheck();
  }

  // conflict shows the author's text and the one that somebody else has saved.
  #conflict(file) {
    this.theirs = file;
    const box = document.querySelector("#conflict");
    box.hidden = !file;
    if (!file) return;
    box.querySelector("#whose").textContent = file.by;
    box.querySelector("#mine").textContent = this.editor.text;
    box.querySelector("#theirs").textContent = file.text;
  }

  async keepMine() {
    await this.document.saving; // a save on its way would be the one that counts
    if (!this.theirs) return;
    this.document.base = this.theirs.hash;
    this.#conflict(null);
    await this.save();
    this.editor.focus();
  }

  takeTheirs() {
    this.#settle(this.document, this.theirs);
    this.editor.focus();
  }

  // create asks for a name and makes a file that works.
  async create(kind) {
    const open = scriptOf(this.editor.name);
    const one = kind === "faq" || kind === "services"; // of which a programme has one
    const typed = one ? kind : await this.ask.name(words["name_" + kind], kind === "test" ? open.name : "");
    if (!typed) return;
    const name = {
      flow: `flows/${typed}.yaml`, survey: `surveys/${typed}.yaml`, test: `${open.folder}/${typed}.test.yaml`,
      locale: `locales/${typed}/${open.flow}.yaml`,
    }[kind] ?? `${typed}.yaml`;
    const state = await this.try(() => post("file/make", {name}));
    if (!state) return;
    this.#take(state);
    await this.open(name);
    this.editor.focus();
  }

  async rename() {
    const name = this.editor.name;
    const to = await this.ask.name(words.rename_to, name);
    if (!to || to === name) return;
    await this.save();
    const state = this.dirty ? null : await this.try(() => post("file/rename", {name, to, seen: this.document.base}));
    if (!state) return;
    this.documents.delete(name);
    this.#take(state);
    await this.open(to);
  }

  // remove deletes the open file; its text stays at hand.
  async remove() {
    const name = this.editor.name, text = this.editor.text;
    const state = await this.try(() => post("file/remove", {name, seen: this.document.base}));
    if (!state) return;
    this.documents.delete(name);
    this.editor.name = "";
    this.#take(state);
    await this.#openFirst();
    toast(`${words.removed} ${name}`, words.undo, async () => {
      const back = await this.try(() => post("file/make", {name, text}));
      if (!back) return;
      this.#take(back);
      this.open(name);
    });
  }

  // step goes to the next finding, or the one before, of all files.
  step(way) {
    const list = this.findings ?? [];
    if (list.length === 0) return toast(words.no_findings);
    const caret = this.editor.where;
    const before = (f) => f.file < caret.file || f.file === caret.file && (f.line < caret.line || f.line === caret.line && f.col < caret.col);
    const same = (f) => f.file === caret.file && f.line === caret.line && f.col === caret.col;
    const next = way > 0 ? list.find((f) => !before(f) && !same(f)) ?? list[0] : list.findLast(before) ?? list.at(-1);
    this.open(next.file, next.line, next.col);
  }

  // here begins the talk at the step of the caret.
  async here() {
    const {flow, test} = scriptOf(this.editor.name), step = flow && !test && this.editor.step;
    if (!step) return toast(words.no_step);
    if (this.dirty) await this.save();
    this.talk.restart([{do: `:begin ${flow}/${step}`}]);
  }

  // copy puts a line at hand, to be written into a file.
  async copy(text) {
    await navigator.clipboard.writeText(text);
    toast(`${words.copied}: ${text}`);
  }

  #filter() {
    const wanted = document.querySelector("#filter").value.trim().toLowerCase();
    for (const group of document.querySelectorAll("#tree .group")) {
      for (const item of group.querySelectorAll("li")) item.hidden = !item.firstElementChild.dataset.file.toLowerCase().includes(wanted);
      group.hidden = !group.querySelector("li:not([hidden])");
    }
  }

  // try tells the author what the server refuses; the answer is then undefined.
  async try(ask) {
    try {
      return await ask();
    } catch (error) {
      toast(error instanceof Refused ? error.message : words.lost);
    }
  }

  #clicked(event) {
    const at = event.target.closest("[data-file], [data-goto], [data-new], [data-act]");
    if (!at || at.disabled) return;
    const {file, goto, line, col, new: kind, act} = at.dataset;
    if (file) this.open(file).then(() => this.editor.focus());
    if (goto) this.open(goto, line, col);
    if (kind) { at.closest("details").open = false; this.create(kind); }
    const acts = {
      save: () => this.save(), rename: () => this.rename(), remove: () => this.remove(), mine: () => this.keepMine(), theirs: () => this.takeTheirs(),
      help: () => document.querySelector("#help").showModal(), restart: () => this.talk.restart(), record: () => this.talk.record(),
      here: () => this.here(), copy: () => this.copy(at.dataset.text),
      cut: () => this.talk.cut(Number(at.dataset.keep)), publish: () => this.panels.publish(Number(at.dataset.version)),
    };
    acts[act]?.();
  }

  // accept shows what the server made of an act of another part of the page.
  accept(state) { this.#take(state); }
}
