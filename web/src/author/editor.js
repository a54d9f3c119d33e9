// The editor: CodeMirror with what the server knows of the file.

import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {yaml} from "@codemirror/lang-yaml";
import {HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {lintGutter, setDiagnostics} from "@codemirror/lint";
import {highlightSelectionMatches, search, searchKeymap} from "@codemirror/search";
import {EditorState} from "@codemirror/state";
import {drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";

import {lang, post, words} from "./server.js";

const colours = HighlightStyle.define([
  {tag: tags.definition(tags.propertyName), color: "var(--accent)", fontWeight: "600"},
  {tag: tags.propertyName, color: "var(--accent)", fontWeight: "600"},
  {tag: tags.string, color: "var(--text)"},
  {tag: tags.comment, color: "var(--muted)", fontStyle: "italic"},
  {tag: tags.punctuation, color: "var(--muted)"},
  {tag: tags.separator, color: "var(--muted)"},
  {tag: [tags.keyword, tags.bool, tags.number], color: "var(--second)"},
]);

const phrases = {
  "Find": words.find, "Replace": words.replace, "next": words.next, "previous": words.previous, "all": words.all,
  "match case": words.match_case, "regexp": words.regexp, "by word": words.by_word, "replace": words.replace_one,
  "replace all": words.replace_all, "close": words.close, "Go to line": words.go_line, "go": words.go,
};

export class Editor {
  // changed is called after every edit of the author's.
  constructor(parent, changed) {
    this.parent = parent;
    this.changed = changed;
    this.name = "";
    this.view = null;
  }

  // fresh is the state of a file that has just been opened.
  fresh(name, text) {
    return EditorState.create({doc: text, extensions: [
      lineNumbers(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), history(), indentOnInput(),
      closeBrackets(), highlightSelectionMatches(), search({top: true}), yaml(), syntaxHighlighting(colours),
      indentUnit.of("  "), EditorView.lineWrapping, EditorState.phrases.of(phrases), EditorView.cspNonce.of(document.body.dataset.nonce),
      EditorView.contentAttributes.of({"aria-label": name, spellcheck: "false", autocorrect: "off", autocapitalize: "off"}),
      autocompletion({override: [(at) => this.#complete(at)], icons: false}),
      hoverTooltip((view, pos) => this.#hover(view, pos)),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap.filter((k) => k.key !== "Mod-Enter"), indentWithTab]),
      EditorView.updateListener.of((u) => u.docChanged && this.changed()),
    ]});
  }

  // show puts a file on the page.
  show(name, state) {
    this.name = name;
    if (this.view) this.view.setState(state);
    else this.view = new EditorView({state, parent: this.parent});
  }

  get text() { return this.view ? this.view.state.doc.toString() : ""; }
  get state() { return this.view?.state; }

  // take makes the text another one, for the least change that does it: the
  // caret stays where it was.
  take(text) {
    const old = this.text;
    let from = 0, end = 0;
    const most = Math.min(old.length, text.length);
    while (from < most && old[from] === text[from]) from++;
    while (end < most - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
    this.view.dispatch({changes: {from, to: old.length - end, insert: text.slice(from, text.length - end)}});
  }

  // findings marks the mistakes of this file.
  findings(list) {
    if (!this.view) return;
    const doc = this.view.state.doc;
    const mine = list.filter((f) => f.file === this.name && f.line <= doc.lines);
    this.view.dispatch(setDiagnostics(this.view.state, mine.map((f) => mark(doc, f)).sort((a, b) => a.from - b.from)));
  }

  goTo(line, col) {
    const doc = this.view.state.doc;
    const at = place(doc, Math.min(line, doc.lines), col);
    this.view.dispatch({selection: {anchor: at}, effects: EditorView.scrollIntoView(at, {y: "center"})});
    this.view.focus();
  }

  focus() { this.view?.focus(); }

  // where is the caret, as findings tell places.
  get where() {
    if (!this.view) return {file: "", line: 1, col: 1};
    const pos = this.view.state.selection.main.head, line = this.view.state.doc.lineAt(pos);
    return {file: this.name, line: line.number, col: [...line.text.slice(0, pos - line.from)].length + 1};
  }

  // caret is where the server is asked about: line from 1, characters before.
  #caret(pos) {
    const line = this.view.state.doc.lineAt(pos);
    return {name: this.name, text: this.text, line: line.number, col: [...line.text.slice(0, pos - line.from)].length};
  }

  async #complete(at) {
    const before = at.matchBefore(/[\p{L}\p{N}_-]+|[.{]|: ?|- /u);
    if (!at.explicit && !before) return null;
    const line = at.state.doc.lineAt(at.pos);
    const {from, options} = await post("complete", this.#caret(at.pos));
    if (!options?.length) return null;
    return {
      from: line.from + [...line.text].slice(0, from).join("").length,
      options: options.map((o) => ({label: o.label, detail: o.detail, apply: o.key ? o.label + ": " : o.label})),
      validFor: /^[\p{L}\p{N}_-]*$/u,
    };
  }

  async #hover(view, pos) {
    const {word, text} = await post("explain", this.#caret(pos));
    if (!text) return null;
    return {pos, create: () => ({dom: element("div", "hover", element("b", "", word), " ", text)})};
  }
}

// place is the offset of a line and a column, both from 1, columns in
// characters.
function place(doc, line, col) {
  const at = doc.line(line);
  return at.from + Math.min([...at.text].slice(0, Math.max(0, col - 1)).join("").length, at.length);
}

// mark is a finding as CodeMirror shows it, under the word that it is about.
function mark(doc, f) {
  const line = doc.line(f.line);
  const from = place(doc, f.line, f.col);
  const word = /^[^\s,:\]}"']+/u.exec(line.text.slice(from - line.from));
  const to = word ? from + word[0].length : Math.min(from + 1, line.to);
  return {
    from, to: Math.max(from, to), severity: "error", message: `${f.what}. ${f.cure}`, renderMessage: () => told(f),
    actions: f.fix && line.text.startsWith(f.fix.from, from - line.from) ? [{
      name: `${words.fix} «${f.fix.to}»`,
      apply: (view, start) => view.dispatch({changes: {from: start, to: start + f.fix.from.length, insert: f.fix.to}}),
    }] : [],
  };
}

function told(f) {
  const link = element("a", "", f.code);
  link.href = `mistakes/${f.code}?lang=${lang}`;
  link.target = "_blank";
  return element("div", "told", element("b", "", f.what), element("p", "", f.cure, " ", link), f.why ? element("p", "why", f.why) : "");
}

// element makes an element of a class with what is in it.
export function element(tag, className, ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}
