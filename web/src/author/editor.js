// The editor: CodeMirror with what the server knows of the file.

import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {yaml} from "@codemirror/lang-yaml";
import {HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {forEachDiagnostic, lintGutter, setDiagnostics} from "@codemirror/lint";
import {highlightSelectionMatches, search, searchKeymap} from "@codemirror/search";
import {EditorState, StateEffect, StateField} from "@codemirror/state";
import {Decoration, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, WidgetType} from "@codemirror/view";
import {tags} from "@lezer/highlight";

import {lang, post, reading, words} from "./server.js";

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
      EditorState.readOnly.of(reading), lineNumbers(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), history(), indentOnInput(),
      closeBrackets(), highlightSelectionMatches(), search({top: true}), syntaxHighlighting(colours), told,
      ...(name.endsWith(".yaml") ? [yaml()] : []), ...(/(^|[^\r])\n/.test(text) ? [] : [EditorState.lineSeparator.of("\r\n")].slice(text.includes("\n") ? 0 : 1)),
      indentUnit.of("  "), EditorView.lineWrapping, EditorState.phrases.of(phrases), EditorView.cspNonce.of(document.body.dataset.nonce),
      EditorView.contentAttributes.of({"aria-label": name, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off"}),
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

  get text() { return this.view ? textOf(this.view.state) : ""; }
  get state() { return this.view?.state; }

  // take makes the text another one, for the least change that does it: the
  // caret stays where it was.
  take(lines) {
    const old = this.view.state.doc.toString(), text = lines.replaceAll("\r\n", "\n");
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
    this.view.dispatch({effects: tell.of(Decoration.set(mine.map((f) => below(doc, f)), true))});
  }

  // mend writes what is meant at the first finding of the caret's line.
  mend() {
    const here = this.view.state.doc.lineAt(this.view.state.selection.main.head);
    let done = false;
    forEachDiagnostic(this.view.state, (d, from, to) => {
      if (done || from < here.from || from > here.to || d.actions.length === 0) return;
      d.actions[0].apply(this.view, from, to);
      done = true;
    });
  }

  // step is the step that the caret is in, "" for none.
  get step() {
    const {doc, selection} = this.view.state;
    for (let n = doc.lineAt(selection.main.head).number; n > 0; n--) {
      const text = doc.line(n).text, key = /^ {1,4}([^\s:#-][^:]*):/.exec(text);
      if (/^[^\s#]/.test(text)) return "";
      if (key && this.#inSteps(n)) return key[1];
    }
    return "";
  }

  // inSteps says whether a line is indented as the first below steps: is, or
  // below questions: of a survey.
  #inSteps(n) {
    const {doc} = this.view.state, indent = (text) => text.search(/\S/);
    for (let above = n; above > 0; above--) {
      const text = doc.line(above).text;
      if (/^(steps|questions):/.test(text)) return indent(doc.line(n).text) === indent(doc.line(above + 1).text);
      if (/^[^\s#]/.test(text)) return false;
    }
    return false;
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
    from, to: Math.max(from, to), severity: "error", message: `${f.what}. ${f.cure}`, renderMessage: () => tooltip(f),
    actions: f.fix && line.text.startsWith(f.fix.from, from - line.from) ? [{
      name: `${words.fix} «${f.fix.to}»`,
      apply: (view, start) => view.dispatch({changes: {from: start, to: start + f.fix.from.length, insert: f.fix.to}}),
    }] : [],
  };
}

// textOf is the text of a state with the line ends of its file.
export const textOf = (state) => state.sliceDoc();

// told are the findings in words, below their lines.
const tell = StateEffect.define();
const told = StateField.define({
  create: () => Decoration.none,
  update: (shown, change) => change.effects.findLast((e) => e.is(tell))?.value ?? shown.map(change.changes),
  provide: (field) => EditorView.decorations.from(field),
});

class Words extends WidgetType {
  constructor(finding, fixes) {
    super();
    this.finding = finding;
    this.fixes = fixes;
  }

  eq(other) { return JSON.stringify(other.finding) === JSON.stringify(this.finding); }
  ignoreEvent() { return true; }

  toDOM(view) {
    const {what, cure, fix} = this.finding;
    const row = element("div", "cm-finding", element("b", "", what), element("span", "", cure));
    if (fix && this.fixes) {
      const button = element("button", "", `${words.fix} «${fix.to}»`);
      button.type = "button";
      button.title = "Ctrl .";
      button.tabIndex = -1; // Ctrl . is its key
      button.addEventListener("click", () => mark(view.state.doc, this.finding).actions[0]?.apply(view, place(view.state.doc, this.finding.line, this.finding.col)));
      row.append(button);
    }
    row.append(link(this.finding.code));
    return row;
  }
}

function below(doc, f) {
  return Decoration.widget({widget: new Words(f, mark(doc, f).actions.length > 0), block: true, side: 1}).range(doc.line(f.line).to);
}

function tooltip(f) {
  return element("div", "told", element("b", "", f.what), element("p", "", f.cure, " ", link(f.code)), f.why ? element("p", "why", f.why) : "");
}

// link leads to the page about a mistake.
function link(code) {
  const made = element("a", "", code);
  made.href = `mistakes/${code}?lang=${lang}`;
  made.target = "_blank";
  return made;
}

// element makes an element of a class with what is in it.
export function element(tag, className, ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}
