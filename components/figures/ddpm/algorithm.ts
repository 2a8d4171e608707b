import {h} from "../dom.js";
import type {Painter} from "../lab/painter.js";
import {codeByLine} from "./algorithmCode.js";

/** An algorithm as it is printed, line by line, and the function that runs it. */
export interface Algorithm {
  name: string;
  /** Line n at index n - 1; `_` and `^` begin subscripts and superscripts, of one letter or in braces. */
  lines: string[];
  /** The generator function whose code is shown. */
  code: string;
}

/** Where an algorithm stands. */
export interface AlgorithmPlace {
  /** The line that has run last. */
  line: number;
  /** Its variables: name and value, in words. */
  variables: {name: string; value: string; changed: boolean}[];
}

/** An algorithm beside its code, the line that has run last marked, its variables below. */
export function algorithm({name, lines, code}: Algorithm): Painter<AlgorithmPlace> {
  const text = codeByLine(code);
  const rows = lines.map((line, i) =>
    h(
      "li",
      {},
      h("span", {class: "algorithm-number"}, `${i + 1}`),
      h("span", {class: "algorithm-math"}, ...typeset(line)),
      h("pre", {class: "algorithm-code"}, h("code", {}, text.get(i + 1) ?? ""))
    )
  );
  const variables = h("dl", {class: "algorithm-variables"});
  const list = h("ol", {class: "algorithm-lines", "aria-label": name}, ...rows);
  return {
    element: h("div", {class: "algorithm"}, list, variables),
    draw({line, variables: found}) {
      rows.forEach((row, i) => {
        if (i + 1 === line) row.setAttribute("aria-current", "step");
        else row.removeAttribute("aria-current");
      });
      variables.replaceChildren(
        ...found.map(({name, value, changed}) =>
          h(
            "div",
            {class: changed ? "changed" : undefined},
            h("dt", {}, ...typeset(name)),
            h("dd", {}, value)
          )
        )
      );
    }
  };
}

/** Text with `_{t-1}` and `^2` set as subscripts and superscripts. */
export function typeset(text: string): Node[] {
  const nodes: Node[] = [];
  let last = 0;
  for (const match of text.matchAll(/([_^])(?:\{([^}]*)\}|(.))/gu)) {
    nodes.push(document.createTextNode(text.slice(last, match.index)));
    nodes.push(h(match[1] === "_" ? "sub" : "sup", {}, match[2] ?? match[3]));
    last = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(last)));
  return nodes;
}
