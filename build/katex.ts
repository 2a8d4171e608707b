/**
 * Formulas in pages, set at build time: `$a$` in a line, `$$ ... $$` or a fenced block `tex` on its own. A page then
 * needs KaTeX's style sheet and fonts and none of its code. A formula KaTeX can't read fails the build.
 */
import katex from "katex";

// The parts of markdown-it used here; it comes with Framework and brings no types.
interface InlineState {
  src: string;
  pos: number;
  push(type: string, tag: string, nesting: number): {content: string; markup: string; map?: [number, number]};
}
interface BlockState extends InlineState {
  bMarks: number[];
  tShift: number[];
  eMarks: number[];
  line: number;
}
type Token = {content: string; info: string};
type Rule = (tokens: Token[], index: number, options: unknown, context: unknown, self: unknown) => string;
export interface MarkdownIt {
  inline: {
    ruler: {before(name: string, rule: string, f: (s: InlineState, silent: boolean) => boolean): void};
  };
  block: {
    ruler: {
      before(
        name: string,
        rule: string,
        f: (s: BlockState, start: number, end: number, silent: boolean) => boolean,
        options: {alt: string[]}
      ): void;
    };
  };
  renderer: {rules: Record<string, Rule>};
}

const set = (tex: string, displayMode: boolean) =>
  katex.renderToString(tex, {displayMode, throwOnError: true});

/** Position of the `$` that closes a formula opened at `start`, or -1: `$5 and $6` and `${...}` are no formulas. */
function closing(src: string, start: number): number {
  if (/[\s{$]/.test(src[start + 1] ?? " ")) return -1;
  for (let i = start + 2; i < src.length; ++i) {
    if (src[i] === "\\") ++i;
    else if (src[i] === "$") return /\s/.test(src[i - 1]) || /\d/.test(src[i + 1] ?? "") ? -1 : i;
  }
  return -1;
}

export function formulas<T extends MarkdownIt>(md: T): T {
  md.inline.ruler.before("escape", "formula", (state, silent) => {
    if (state.src[state.pos] !== "$") return false;
    const end = closing(state.src, state.pos);
    if (end < 0) return false;
    if (!silent) state.push("formula", "math", 0).content = state.src.slice(state.pos + 1, end);
    state.pos = end + 1;
    return true;
  });
  md.block.ruler.before(
    "fence",
    "formula_block",
    (state, start, end, silent) => {
      const line = (i: number) => state.src.slice(state.bMarks[i] + state.tShift[i], state.eMarks[i]);
      if (!line(start).startsWith("$$")) return false;
      let last = start;
      const lines = [line(start).slice(2)];
      while (!lines[lines.length - 1].trimEnd().endsWith("$$")) {
        if (++last >= end) return false;
        lines.push(line(last));
      }
      if (silent) return true;
      const token = state.push("formula_block", "math", 0);
      token.content = lines.join("\n").trimEnd().slice(0, -2);
      token.map = [start, last + 1];
      state.line = last + 1;
      return true;
    },
    {alt: ["paragraph", "blockquote", "list"]}
  );
  md.renderer.rules.formula = (tokens, i) => set(tokens[i].content, false);
  md.renderer.rules.formula_block = (tokens, i) => `${set(tokens[i].content, true)}\n`;
  const {fence} = md.renderer.rules;
  md.renderer.rules.fence = (tokens, i, ...rest) =>
    tokens[i].info.trim() === "tex" ? `${set(tokens[i].content, true)}\n` : fence(tokens, i, ...rest);
  return md;
}
