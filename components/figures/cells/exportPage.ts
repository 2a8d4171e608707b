import {compileCell, namesOf} from "./compile.js";

/** A cell as typed. */
export interface ExportedCell {
  readonly source: string;
  /** Why it can't run on a page of its own, where a run has shown that. */
  readonly unfit?: string | undefined;
}

export interface ExportOptions {
  /** Title of the page that the cells belong to. */
  title: string;
  /** Names of the page's values. */
  values: readonly string[];
  /** A js block, or several, that gives the exported page those of the names that its cells use. */
  prelude(used: {values: string[]; library: string[]}): string | string[];
  /** One that is not JavaScript, or did not come to an end, is written as text: a page with it would not be built, or would hang. */
  cells: readonly ExportedCell[];
  /** Names of the library's functions. */
  library: readonly string[];
  /** The library's module, seen from a page in `src/`. */
  libraryPath: string;
}

/** How a page of Framework imports what cells have at hand without. */
const imports: Record<string, [what: string, from: string]> = {
  d3: ["* as d3", "d3"],
  Plot: ["* as Plot", "@observablehq/plot"],
  Inputs: ["* as Inputs", "@observablehq/inputs"],
  html: ["{html}", "htl"],
  svg: ["{svg}", "htl"]
};
const importLine = (what: string, from: string) => `import ${what} from ${JSON.stringify(from)};`;
/** Stands between what makes the page run and the cells. */
const MARK = "<!-- The cells -->";

/** The cells of a page as a page of their own, which Observable Framework runs when it is put in this notebook's `src/`. */
export function exportPage({title, values, prelude, cells, library, libraryPath}: ExportOptions): string {
  const written = cells
    .filter(({source}) => source.trim())
    .map(({source, unfit}) => ({source, unfit: unfit ?? faultOf(source)}));
  const own = written.filter(({unfit}) => unfit === undefined).map(({source}) => namesOf(source));
  const defined = new Set(own.flatMap(({outputs}) => outputs));
  const used = [...new Set(own.flatMap(({inputs}) => inputs))].filter((name) => !defined.has(name)).sort();
  const first = [
    prelude({
      values: used.filter((name) => values.includes(name)),
      library: used.filter((name) => library.includes(name))
    })
  ]
    .flat()
    .filter((source) => source.trim());
  const given = first.flatMap((source) => namesOf(source).outputs);
  const missing = used.filter((name) => !given.includes(name));
  const fromLibrary = missing.filter((name) => library.includes(name));
  const lines = missing
    .filter((name) => name in imports && !fromLibrary.includes(name))
    .map((name) => importLine(...imports[name]));
  if (fromLibrary.length) lines.push(importLine(`{${fromLibrary.join(", ")}}`, libraryPath));
  if (missing.includes("background") && !fromLibrary.includes("background"))
    lines.push(
      importLine("{createBackground}", "./components/figures/cells/background.js"),
      `const background = createBackground();`
    );
  return [
    `---\ntitle: ${JSON.stringify(`Cells: ${title}`)}\n---`,
    `# Cells from “${markdownText(title)}”`,
    "Written on the notebook's page of that name, with the values it had then. Put this file in the notebook's `src` folder to run it.",
    ...first.map((source) => block(source)),
    ...(lines.length ? [block(lines.join("\n"))] : []),
    MARK,
    ...written.flatMap(({source, unfit}) =>
      unfit === undefined
        ? [block(source)]
        : [`This cell does not run here: ${markdownText(unfit)}`, block(source, "js run=false")]
    )
  ]
    .join("\n\n")
    .concat("\n");
}

/** The cells of an exported page, or all js blocks of another. */
export function importPage(text: string): string[] {
  const from = text.indexOf(MARK);
  const blocks = text.slice(Math.max(0, from)).matchAll(/^(`{3,})js[^\n`]*\n(.*?)\n?^\1`*[ \t]*$/gms);
  return [...blocks].map(([, , source]) => source).filter((source) => source.trim());
}

/** What is wrong with a cell that is not JavaScript. */
function faultOf(source: string): string | undefined {
  try {
    compileCell(source);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A fence is longer than any run of backticks within. */
function block(source: string, kind = "js"): string {
  const longest = Math.max(2, ...[...source.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${kind}\n${source.replaceAll("\r\n", "\n").replace(/\n+$/, "")}\n${fence}`;
}

const markdownText = (text: string) => text.replaceAll(/[\\`*_[\]<>$]/g, "\\$&");
