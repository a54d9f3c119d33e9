// The panels below the editor: mistakes, graph, tests, publishing.

import {get, newest, post} from "./server.js";

// scriptOf tells which flow a file holds or tests, "" for none: a survey is one too.
export function scriptOf(file) {
  const [, folder, name, test] = /^(flows|surveys)\/([^/]+?)(\.test)?\.yaml$/.exec(file) ?? [null, "flows", ""];
  return {folder, name, test: Boolean(test), flow: folder === "surveys" ? `survey.${name}` : name};
}

const recountAfter = 5000; // ms

export class Panels {
  constructor(desk) {
    this.desk = desk;
    this.shown = "findings";
    this.flow = "";
    this.offer = newest(() => post("preview", {}));
    this.draw = newest((flow) => get("graph", {flow}));
    for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => this.show(tab.dataset.tab));
    if ("people" in document.body.dataset) setInterval(() => this.#recount(), recountAfter);
    document.querySelector("#panel-graph").addEventListener("change", (event) => this.graph(event.target.value));
  }

  // show opens a panel and brings what is in it.
  show(name) {
    this.shown = name;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      const on = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      document.querySelector("#panel-" + tab.dataset.tab).hidden = !on;
    }
    this.#bring();
  }

  #bring() {
    if (this.shown === "graph") this.graph(this.flow);
    if (this.shown === "tests") this.#run();
    if (this.shown === "publish") this.#preview();
  }

  // changed hears that the folder is another one.
  changed() {
    if (this.shown !== "findings") this.#bring();
  }

  // opened hears which file is shown: its flow is drawn.
  opened(name) {
    const {flow} = scriptOf(name);
    if (flow) this.follow(flow);
  }

  // follow draws a flow when it is not the one that is drawn.
  follow(flow) {
    if (flow === this.flow) return;
    this.flow = flow;
    if (this.shown === "graph") this.graph(flow);
  }

  findings(list, html) {
    this.#fill("findings", html);
    this.#count("findings", list.length);
  }

  async graph(flow) {
    const drawn = await this.desk.try(() => this.draw(flow));
    if (!drawn) return;
    this.flow = drawn.flow;
    this.#fill("graph", drawn.html);
    this.light(this.desk.talk.at);
  }

  // recount draws anew how many wait at the steps, while somebody looks.
  #recount() {
    const menu = document.activeElement?.id === "graph-flow";
    if (this.shown === "graph" && !document.hidden && !menu) this.graph(this.flow);
  }

  // light marks the step where the talk stands.
  light(at) {
    for (const node of document.querySelectorAll("#panel-graph [data-step]")) {
      const here = node.dataset.step === at;
      node.classList.toggle("here", here);
      if (here) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
      if (here) node.scrollIntoView({block: "nearest", inline: "nearest"});
    }
  }

  // tests runs them and shows what came of it.
  tests() {
    this.show("tests");
  }

  async #run() {
    const ran = await this.desk.try(() => post("tests", {}));
    if (!ran) return;
    this.#fill("tests", ran.html);
    this.#count("tests", ran.failed);
  }

  async #preview() {
    const offer = await this.desk.try(() => this.offer());
    if (offer) this.#fill("publish", offer.html);
  }

  async publish(version) {
    const done = await this.desk.try(() => post("publish", {version}));
    if (done) this.#fill("publish", done.html);
    else this.#preview();
  }

  // fill shows what our server has rendered and escaped.
  #fill(name, html) {
    const panel = document.querySelector("#panel-" + name);
    if (panel.drawn === html) return;
    panel.drawn = html;
    const top = panel.scrollTop, step = panel.contains(document.activeElement) && document.activeElement.dataset.step;
    panel.innerHTML = html;
    panel.scrollTop = top;
    if (step) panel.querySelector(`[data-step="${CSS.escape(step)}"]`)?.focus();
  }

  #count(name, n) {
    const badge = document.querySelector(`[data-count="${name}"]`);
    badge.textContent = n;
    badge.hidden = n === 0;
  }
}
