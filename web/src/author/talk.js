// The talk. It is kept as what was done, and played from the start by the
// server every time, so that an edit shows at once in what follows.

import {toast} from "./dialogs.js";
import {newest, post, words} from "./server.js";

export class Talk {
  constructor(desk) {
    this.desk = desk;
    this.at = "-";
    this.log = document.querySelector("#log");
    this.field = document.querySelector('[data-form="say"] input');
    this.key = location.pathname + "talk";
    this.talk = JSON.parse(sessionStorage.getItem(this.key)) ?? fresh();
    this.ask = newest((talk) => post("talk", talk));
    this.#listen();
  }

  // play plays what was done; said is what to tell when anything was.
  async play(said) {
    const shown = await this.desk.try(() => this.ask(this.talk));
    if (!shown) return;
    if (said && this.talk.inputs.length > 0) toast(said);
    this.#show(shown, Boolean(said));
  }

  #show({html, settings, talk, at, tomorrow}, edited) {
    const inside = this.log.contains(document.activeElement), setting = document.activeElement?.dataset.setting;
    this.talk = talk;
    this.tomorrow = tomorrow;
    sessionStorage.setItem(this.key, JSON.stringify(talk));
    this.#lines(html, edited);
    document.querySelector("#settings").innerHTML = settings;
    this.log.scrollTop = this.log.scrollHeight;
    if (inside) this.#refocus();
    if (setting) document.querySelector(`[data-setting="${setting}"]`)?.focus();
    this.at = at;
    if (at?.includes("/")) this.desk.panels.follow(at.split("/")[0]);
    this.desk.panels.light(at);
  }

  // lines shows the talk and leaves in place what is as it was: the log is read
  // aloud as it grows. What an edit has changed is marked.
  #lines(html, edited) {
    const holder = document.createElement("template");
    holder.innerHTML = html; // rendered and escaped by our server
    const next = [...holder.content.children], was = this.lines ?? [];
    this.lines = next.map((line) => line.outerHTML);
    next.forEach((line, i) => {
      const old = this.log.children[i];
      if (old && was[i] === this.lines[i]) return edited && old.classList.remove("changed");
      if (old && edited && "scene" in line.dataset && !this.#sameWords(was[i], line)) line.classList.add("changed");
      if (old) old.replaceWith(line);
      else this.log.append(line);
    });
    while (this.log.children.length > next.length) this.log.lastElementChild.remove();
  }

  // sameWords compares what is said; where it is written may have moved.
  #sameWords(was, line) {
    const holder = document.createElement("template");
    holder.innerHTML = was;
    const words = (scene) => [...scene.querySelectorAll(".line, .choices")].map((part) => part.textContent).join("\n");
    return words(holder.content) === words(line);
  }

  // refocus keeps whoever works by keyboard where they were: at the answers to
  // a call, else at the field.
  #refocus() {
    (this.log.querySelector(".asked [data-answer]") ?? this.field).focus();
  }

  // do lets something happen after all that could be repeated.
  do(what, tap) {
    if (this.log.querySelector(".asked")) return this.answer(what);
    const scenes = [...this.log.querySelectorAll("[data-scene]")];
    const failed = scenes.findIndex((scene) => scene.matches(".failed"));
    if (failed >= 0) this.talk.inputs.length = failed;
    this.talk.inputs.push({do: what, tap});
    this.play();
  }

  answer(outcome) {
    const values = this.log.querySelector("#answer-values")?.value.trim() ?? "";
    const last = this.log.querySelectorAll("[data-scene]").length - 1;
    const input = this.talk.inputs[last];
    input.answers = [...input.answers ?? [], `${outcome} ${values}`.trim()];
    this.play();
  }

  cut(keep) {
    this.talk.inputs.length = keep;
    this.play();
    this.focus();
  }

  restart(inputs = []) {
    this.talk = {...this.talk, now: fresh().now, inputs};
    this.play();
    this.focus();
  }

  // record keeps the talk as a test beside the flow that was talked to.
  async record() {
    if (this.talk.inputs.length === 0) return;
    const name = await this.desk.ask.name(words.ask_name, this.talk.inputs[0].do);
    if (!name) return;
    const flow = this.desk.panels.flow || "talk";
    const file = flow.startsWith("survey.") ? `surveys/${flow.slice("survey.".length)}.test.yaml` : `flows/${flow}.test.yaml`;
    const state = await this.desk.try(() => post("record", {talk: this.talk, name, file, seen: this.desk.known.files[file] ?? ""}));
    if (!state) return;
    this.desk.accept(state);
    await this.desk.open(file, 1e6);
    this.desk.panels.tests();
    toast(`${words.recorded} ${file}`);
  }

  focus() { this.field.focus(); }

  #listen() {
    const pane = document.querySelector(".talk");
    pane.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const {do: what, tap, answer, later} = button.dataset;
      if (what) this.#menuDone(button, () => this.do(what, tap));
      if (answer) this.answer(answer);
      if (later) this.do(":later " + (later === "tomorrow" ? this.tomorrow : later));
    });
    pane.addEventListener("change", (event) => {
      const {setting} = event.target.dataset;
      if (!setting) return;
      this.talk[setting] = event.target.value;
      this.play();
    });
    pane.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target, typed = new FormData(form);
      const what = {
        say: () => typed.get("words").trim(), later: () => `:later ${typed.get("count")}${typed.get("unit")}`,
        event: () => `:event ${typed.get("event")} ${typed.get("with")}`.trim(), begin: () => `:begin ${typed.get("at")}`,
      }[form.dataset.form]();
      if (form.dataset.form === "say") form.reset();
      if (!what) return;
      this.#menuDone(form, () => form.dataset.form === "begin" ? this.restart([{do: what}]) : this.do(what));
    });
    const event = pane.querySelector('[name="event"]'), values = pane.querySelector('[name="with"]');
    event.addEventListener("change", () => { values.placeholder = event.selectedOptions[0].dataset.with; });
  }

  #menuDone(inside, act) {
    const menu = inside.closest("details.menu");
    if (menu) menu.open = false;
    act();
    if (menu) this.focus();
  }
}

// fresh is a talk that has not begun. The time when it begins stays its own, so
// that it can be repeated; the server gives it.
function fresh() {
  return {now: "0001-01-01T00:00:00Z", channel: "", lang: "", segment: "", inputs: []};
}
