import {closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {javascript} from "@codemirror/lang-javascript";
import {bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting} from "@codemirror/language";
import {StateEffect, StateField} from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  type DecorationSet
} from "@codemirror/view";
import {tags} from "@lezer/highlight";
import type {Editor, EditorOptions} from "./plainEditor.js";

const mark = StateEffect.define<number | undefined>();
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const line = effect.value;
      lines =
        line === undefined || line > transaction.state.doc.lines
          ? Decoration.none
          : Decoration.set([
              Decoration.line({class: "cell-wrong-line"}).range(transaction.state.doc.line(line).from)
            ]);
    }
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field)
});

// The page's own variables, which change with light and dark.
const colors = HighlightStyle.define([
  {tag: [tags.keyword, tags.operatorKeyword], color: "var(--syntax-keyword)"},
  {tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--syntax-string)"},
  {tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--syntax-constant)"},
  {tag: tags.comment, color: "var(--syntax-comment)", fontStyle: "italic"},
  {tag: [tags.function(tags.variableName), tags.className], color: "var(--syntax-entity)"},
  {tag: tags.definition(tags.variableName), color: "var(--theme-foreground)", fontWeight: "600"}
]);
const theme = EditorView.theme({
  "&": {color: "var(--theme-foreground)", backgroundColor: "transparent", fontSize: "13px"},
  "&.cm-focused": {outline: "2px solid var(--theme-foreground-focus)", outlineOffset: "1px"},
  ".cm-content": {fontFamily: "var(--monospace)", caretColor: "var(--theme-foreground)", padding: "6px 0"},
  ".cm-cursor": {borderLeftColor: "var(--theme-foreground)"},
  ".cm-gutters": {background: "transparent", border: "none", color: "var(--theme-foreground-muted)"},
  ".cm-scroller": {fontFamily: "var(--monospace)", lineHeight: "1.5", maxHeight: "26rem"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--theme-foreground-focus) 25%, transparent)"
  },
  "&.cm-focused .cm-matchingBracket": {background: "var(--theme-foreground-faintest)"}
});

/** An editor of JavaScript. Tab indents; after Escape (CodeMirror's own rule) it leads on to the next control. */
export function codeEditor({source, label, onChange, onRun}: EditorOptions): Editor {
  const view = new EditorView({
    doc: source,
    extensions: [
      keymap.of([
        {key: "Shift-Enter", run: () => (onRun(), true)},
        {key: "Mod-Enter", run: () => (onRun(), true)}
      ]),
      lineNumbers(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      javascript(),
      syntaxHighlighting(colors),
      theme,
      marked,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({"aria-label": label}),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      })
    ]
  });
  return {
    element: view.dom,
    focus: () => view.focus(),
    mark: (line) => view.dispatch({effects: mark.of(line)}),
    label: (text) => view.contentDOM.setAttribute("aria-label", text),
    dispose: () => view.destroy()
  };
}
