import type {SyntaxNode} from "./kit.js";

/** A cell's source with calls of a guard in it, and the guard's name there: `tick$`, or longer where the cell has that. */
export interface Instrumented {
  source: string;
  tick: string;
}

const LOOPS = /^(For|ForIn|ForOf|While|DoWhile)Statement$/;
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

interface Loop extends SyntaxNode {
  body: SyntaxNode;
}
interface FunctionNode extends Loop {
  async: boolean;
}
interface Block extends SyntaxNode {
  body: (SyntaxNode & {directive?: string})[];
}

/**
 * Puts a call of a guard at the start of every loop's body and every function's, on the same line, so that the guard can end
 * a loop that has no end. What the program computes stays the same, but for the text of its own functions. Loops of async
 * code, which may go on after the cell was stopped, hand the guard a 1.
 * @param source a cell, or any program
 * @param tree its syntax tree
 */
export function instrument(source: string, tree: SyntaxNode): Instrumented {
  let tick = "tick$";
  while (source.includes(tick)) tick += "$";
  const opening: [number, string][] = [];
  const closing: [number, string][] = [];

  function functionBody({body}: FunctionNode) {
    if (body.type !== "BlockStatement") {
      opening.push([body.start, `(${tick}(),`]);
      closing.push([body.end, ")"]);
      return;
    }
    const directive = (body as Block).body.findLast((statement) => statement.directive !== undefined);
    opening.push(directive ? [directive.end, `;${tick}();`] : [body.start + 1, `${tick}();`]);
  }
  function loopBody({body}: Loop, async: boolean) {
    const call = `${tick}(${async ? 1 : ""});`;
    if (body.type === "BlockStatement") opening.push([body.start + 1, call]);
    else {
      opening.push([body.start, `{${call}`]);
      closing.push([body.end, "}"]);
    }
  }
  // Outer nodes first on the way down, inner ones first on the way up: the order of what is put in at the same place.
  function visit(node: SyntaxNode, async: boolean) {
    const isFunction = FUNCTIONS.test(node.type);
    const within = isFunction ? (node as FunctionNode).async : async;
    const own = closing.length;
    if (isFunction) functionBody(node as FunctionNode);
    else if (LOOPS.test(node.type)) loopBody(node as Loop, within);
    const mine = closing.splice(own);
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) visit(child, within);
      }
    }
    closing.push(...mine);
  }
  visit(tree, true);

  const byPlace = (a: [number, string], b: [number, string]) => a[0] - b[0];
  opening.sort(byPlace);
  closing.sort(byPlace);
  let text = "";
  let from = 0;
  for (let o = 0, c = 0; o < opening.length || c < closing.length;) {
    const closes = o === opening.length || (c < closing.length && closing[c][0] <= opening[o][0]);
    const [place, inserted] = closes ? closing[c++] : opening[o++];
    text += source.slice(from, place) + inserted;
    from = place;
  }
  return {source: text + source.slice(from), tick};
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}
