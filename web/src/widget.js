// The button on a site of the organiser that opens our chat in a frame. The server puts
// `besedka`, its settings, before this file and a function around both; the page gets
// one element, whose styles stay inside. Nothing here is said in a style or a script of
// the page, so a strict Content-Security-Policy has only to allow our address.

const script = document.currentScript;
const home = new URL(script.src).origin;
const words = besedka.words[script.dataset.lang ?? document.documentElement.lang.slice(0, 2)] ?? besedka.words[""];
const key = "besedka." + home; // of what this site remembers: never, closed, open

const colours = ({accent, on}) => `--accent:${accent};--on:${on}`;
const styles = `
:host { all: initial; ${colours(besedka.light)}; --edge: #dedad0; --sheet: #fffefb; }
@media (prefers-color-scheme: dark) { :host { ${colours(besedka.dark)}; --edge: #353a34; --sheet: #1c1e1b; } }
[hidden] { display: none !important; }
button {
  all: initial; position: fixed; z-index: 2147483000; right: max(1rem, env(safe-area-inset-right)); bottom: max(1rem, env(safe-area-inset-bottom));
  display: grid; place-items: center; box-sizing: border-box; width: 3.5rem; height: 3.5rem; border: 1px solid var(--edge); border-radius: 50%;
  background: var(--accent); color: var(--on); cursor: pointer; box-shadow: 0 .25rem 1rem #0003;
}
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--sheet); }
svg { width: 1.75rem; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
b {
  position: absolute; top: -.25rem; right: -.25rem; box-sizing: border-box; min-width: 1.375rem; padding: 0 .25rem; border-radius: .75rem;
  background: #b3261e; color: #fff; font: 600 .8125rem/1.375rem system-ui, sans-serif; text-align: center;
}
div {
  position: fixed; z-index: 2147483000; right: max(1rem, env(safe-area-inset-right)); bottom: calc(max(1rem, env(safe-area-inset-bottom)) + 4.25rem);
  box-sizing: border-box; width: 24rem; height: min(40rem, 100dvh - 7rem); overflow: hidden;
  border: 1px solid var(--edge); border-radius: 1rem; background: var(--sheet); box-shadow: 0 .5rem 2rem #0004;
}
iframe { display: block; width: 100%; height: 100%; border: 0; }
span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 30rem), (max-height: 30rem) { div { inset: 0; z-index: 2147483001; width: 100%; height: 100%; border: 0; border-radius: 0; } }
@media (prefers-reduced-motion: no-preference) { div { animation: come .16s ease-out; } }
@keyframes come { from { opacity: 0; transform: translateY(.5rem); } }
@media print { :host { display: none; } }`;

class Widget {
  constructor() {
    this.host = document.createElement("besedka-chat");
    const shadow = this.host.attachShadow({mode: "open"});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    this.button = element("button", {type: "button", "aria-expanded": "false", "aria-controls": "chat"});
    this.badge = element("b", {"aria-hidden": "true", hidden: ""});
    this.panel = element("div", {id: "chat", role: "region", "aria-label": words.name, hidden: ""});
    this.news = element("span", {role: "status"});
    this.button.append(picture("M4 5.5h16v11h-9L6.5 20v-3.5H4z"), this.badge);
    shadow.append(this.button, this.panel, this.news);
    this.unread = 0;
    this.#label();
    this.#listen();
    document.body.append(this.host);
    const last = recall();
    if (last) this.#load(); // who has talked here hears what is new
    if (last === "open" && innerWidth > 480) this.#show(true, false);
  }

  #listen() {
    this.button.addEventListener("click", () => this.#show(this.panel.hidden, true));
    this.host.addEventListener("keydown", (event) => { if (event.key === "Escape" && !this.panel.hidden) this.#show(false, true); });
    addEventListener("message", (event) => {
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== home) return;
      const {besedka: what, count, why} = event.data;
      if (what === "close") this.#show(false, true);
      if (what === "unread") this.#count(count);
      if (what === "refused") console.warn("besedka: data-member was not taken: " + why);
    });
  }

  // load puts the frame into the page, once. It is greeted whenever it has loaded, for it
  // may load itself again.
  #load() {
    if (this.frame) return;
    this.frame = element("iframe", {title: words.name, src: `${home}/chat/frame?lang=${words.lang}`});
    this.frame.addEventListener("load", () => {
      this.loaded = true;
      this.#tell({besedka: "hello", member: script.dataset.member ?? "", open: !this.panel.hidden, focus: this.focus});
    });
    this.panel.append(this.frame);
  }

  #tell(what) {
    if (this.loaded) this.frame.contentWindow.postMessage(what, home);
  }

  // show opens or closes the chat; focus goes into it, and back to the button.
  #show(open, focus) {
    this.#load();
    this.panel.hidden = !open;
    this.focus = open && focus;
    this.button.setAttribute("aria-expanded", open);
    keep(open ? "open" : "closed");
    this.#label();
    this.#tell({besedka: "shown", open, focus: this.focus});
    if (this.focus) this.frame.focus();
    else if (focus) this.button.focus();
  }

  #count(count) {
    if (count > this.unread) this.news.textContent = words.news.replace("{n}", count);
    this.unread = count;
    this.#label();
  }

  #label() {
    this.badge.hidden = !this.unread;
    this.badge.textContent = this.unread > 9 ? "9+" : this.unread;
    const news = this.unread ? ". " + words.news.replace("{n}", this.unread) : "";
    this.button.setAttribute("aria-label", this.panel.hidden ? words.open + news : words.close);
  }
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function picture(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(space, "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

// The page's storage may be closed to us: then the chat is closed on every page.
function recall() {
  try { return localStorage.getItem(key); } catch { return null; }
}

function keep(state) {
  try { localStorage.setItem(key, state); } catch { /* see above */ }
}

if (!besedka.sites.includes(location.origin)) {
  console.warn(`besedka: ${location.origin} is not among widget.sites of programme.yaml`);
} else if (!document.querySelector("besedka-chat")) {
  new Widget();
}
