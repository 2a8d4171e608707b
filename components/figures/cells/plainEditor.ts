import {h} from "../dom.js";

export interface EditorOptions {
  source: string;
  /** What a screen reader calls it. */
  label: string;
  onChange(source: string): void;
  /** Shift-Enter. */
  onRun(): void;
}

export interface Editor {
  readonly element: HTMLElement;
  focus(): void;
  /** Marks a line, counted from 1, or none. */
  mark(line?: number): void;
  label(text: string): void;
  dispose(): void;
}

/** A field of text, until the editor proper is loaded, and where it can't be. */
export function plainEditor({source, label, onChange, onRun}: EditorOptions): Editor {
  const field = h("textarea", {
    class: "cell-plain",
    spellcheck: "false",
    rows: Math.min(20, source.split("\n").length + 1),
    "aria-label": label,
    value: source,
    oninput: () => onChange(field.value),
    onkeydown(event: KeyboardEvent) {
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onRun();
    }
  });
  return {
    element: field,
    focus: () => field.focus(),
    mark: (line) => field.classList.toggle("cell-wrong-line", line !== undefined),
    label: (text) => field.setAttribute("aria-label", text),
    dispose: () => {}
  };
}
