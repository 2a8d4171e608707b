import {h} from "../dom.js";

export interface StripActions {
  add(source: string): void;
  download(): Promise<void>;
  open(file: File): Promise<void>;
  examples?: {label: string; source: string}[];
}

/** The row of buttons under the cells. */
export function stripTools(
  {add, download, open, examples = []}: StripActions,
  said: HTMLElement
): HTMLElement {
  const choice = h(
    "select",
    {
      "aria-label": "Insert an example",
      onchange() {
        const example = examples[Number(choice.value)];
        choice.value = "";
        if (example) add(example.source);
      }
    },
    h("option", {value: ""}, "Insert an example"),
    ...examples.map(({label}, i) => h("option", {value: String(i)}, label))
  );
  const file = h("input", {
    type: "file",
    accept: ".md,text/markdown",
    hidden: true,
    onchange() {
      const [chosen] = file.files ?? [];
      if (chosen) void open(chosen);
      file.value = "";
    }
  });
  const quiet = (text: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "quiet", title, onclick}, text);
  return h(
    "div",
    {class: "run cell-strip-tools"},
    h("button", {type: "button", class: "action", onclick: () => add("")}, "Add cell"),
    examples.length > 0 && h("span", {class: "control"}, choice),
    quiet("Download as a page", "A .md file that Observable Framework runs", () => void download()),
    quiet("Open a page", "Adds the cells of such a file", () => file.click()),
    file,
    said
  );
}

/** What a cell can use, listed when it is opened. */
export function namesHelp(values: string[], library: () => Promise<Record<string, unknown>>): HTMLElement {
  const names = (list: string[]) => list.flatMap((name, i) => [i ? ", " : "", h("code", {}, name)]);
  const functions = h("p", {}, "The library: …");
  const help = h(
    "details",
    {class: "cell-names"},
    h("summary", {}, "What a cell can use"),
    h("p", {}, "This page: ", ...names(values), "."),
    functions,
    h(
      "p",
      {},
      "To show things: ",
      ...names(["display", "view", "Plot", "d3", "Inputs", "html", "svg"]),
      ". Of the engine: ",
      ...names(["Generators", "Mutable", "invalidation", "visibility", "now", "width", "dark"]),
      ". For long work: ",
      h("code", {}, "background(f, ...arguments)"),
      ", which runs a function that uses only its arguments and the library in a thread of its own."
    )
  );
  help.addEventListener("toggle", () => {
    library().then(
      (found) => functions.replaceChildren("The library: ", ...names(Object.keys(found).sort()), "."),
      (error: Error) => functions.replaceChildren(`The library can't be loaded: ${error.message}`)
    );
  });
  return help;
}
