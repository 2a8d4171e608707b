import {runInNewContext} from "node:vm";
import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {createClock, RanTooLong, Stopped} from "../../components/figures/cells/clock.js";
import {CellSyntaxError, compileCell, namesOf} from "../../components/figures/cells/compile.js";
import {exportPage, importPage} from "../../components/figures/cells/exportPage.js";
import {instrument} from "../../components/figures/cells/instrument.js";
import {parseJavaScript} from "../../components/figures/cells/kit.js";
import {decodeCells, encodeCells, LINK_LIMIT} from "../../components/figures/cells/link.js";
import {editDistance, nearNames} from "../../components/figures/cells/nearNames.js";

/** What a program logs (and awaits) as it is, or with guards, and how often the guard was called. */
async function logOf(source: string, guarded: boolean): Promise<{log: string; ticks: number}> {
  const log: unknown[] = [];
  let ticks = 0;
  const {source: text, tick} = guarded
    ? instrument(source, parseJavaScript(source).body)
    : {source, tick: "t"};
  const done: unknown = runInNewContext(`(async () => {"use strict";\n${text}\n})()`, {
    log: (...values: unknown[]) => void log.push(...values),
    [tick]: () => void ticks++
  });
  await (done as Promise<unknown>).catch((error: Error) => log.push(`${error.name}: ${error.message}`));
  return {log: JSON.stringify(log), ticks};
}

const programs: [name: string, source: string, ticks: number][] = [
  ["for", "let s = 0; for (let i = 0; i < 5; i++) s += i; log(s)", 5],
  ["for with a block", "for (let i = 0; i < 3; i++) { log(i) }", 3],
  ["for without a body", "let i = 0; for (; i++ < 4;); log(i)", 4],
  ["while without a semicolon", "let i = 0\nwhile (i < 3) i++\nlog(i)", 3],
  ["do-while", "let i = 0; do i++; while (i < 3); log(i)", 3],
  ["do-while on lines", "let i = 0\ndo i++\nwhile (i < 3)\nlog(i)", 3],
  ["for-of", "for (const c of 'abc') log(c)", 3],
  ["for-in", "for (const k in {a: 1, b: 2}) if (k === 'b') log(k); else log('other')", 2],
  ["for-await", "for await (const x of [Promise.resolve(1), 2]) log(x)", 2],
  [
    "labels",
    "outer: for (let i = 0; i < 3; i++) inner: for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; log(i, j) }",
    8
  ],
  ["a labelled body", "for (let i = 0; i < 2; i++) a: { if (i) break a; log(i) }", 2],
  [
    "nested single statements",
    "for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) while (false) ; log('end')",
    6
  ],
  ["arrow of an expression", "const f = x => x + 1; log(f(1))", 1],
  ["arrow of an object", "const f = (a) => ({a}); log(f(2).a)", 1],
  ["arrow of a sequence", "const f = () => (1, 2); log(f())", 1],
  ["arrows in arrows", "const f = a => b => c => a + b + c; log(f(1)(2)(3))", 3],
  ["async arrow", "const f = async x => await x; log(await f(Promise.resolve(3)))", 1],
  ["a loop whose body is an arrow", "let f, i = 0; while (i++ < 1) f = () => 7\nlog(f())", 2],
  ["recursion", "function fact(n) { return n < 2 ? 1 : n * fact(n - 1) } log(fact(5))", 5],
  ["a directive", "function f() { 'use strict'\n return this === undefined } log(f.call(undefined))", 1],
  [
    "generators",
    "function* g() { let i = 0; while (true) yield i++ } for (const x of g()) { if (x > 3) break; log(x) }",
    11
  ],
  [
    "async generators",
    "async function* g() { for (let i = 0; i < 2; i++) yield i } for await (const x of g()) log(x)",
    5
  ],
  [
    "classes",
    "class A { x = (() => 1)(); static s = [1, 2].map(v => v * 2); #p = 3; get p() { return this.#p } set p(v) { this.#p = v } constructor() { this.y = 2 } } class B extends A { constructor() { super(); this.z = this.p } } const b = new B(); b.p = 9; log(b.x, A.s, b.y, b.z, b.p)",
    8
  ],
  ["a static block", "class A { static n = 0; static { for (let i = 0; i < 3; i++) A.n += i } } log(A.n)", 3],
  ["defaults", "const f = (a, b = (() => a * 2)()) => [a, b]; log(f(3))", 2],
  ["a destructured loop", "for (const [k, {v}] of [['a', {v: 1}]]) log(k, v)", 1],
  [
    "closures of a loop",
    "const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); log(fs.map(f => f()))",
    9
  ],
  [
    "try and finally",
    "const f = () => { for (;;) { try { return 'a' } finally { log('b') } } }; log(f())",
    2
  ],
  ["switch in a loop", "for (const x of [1, 2, 3]) switch (x) { case 2: continue; default: log(x) }", 3],
  ["names and lengths", "const f = (a, b) => a; function g(x) {} log(f.name, f.length, g.name, g.length)", 0],
  [
    "methods",
    "const o = {m() { return 1 }, async n() { return 2 }, *g() { yield 3 }, get q() { return 4 }}; log(o.m(), await o.n(), [...o.g()], o.q)",
    4
  ],
  [
    "a comment before the body",
    "const f = () => /* } ) */ 5; while (!f() /* ; */) /* { */ log(1) // }\nlog(f())",
    2
  ],
  ["templates", "log(`${[1, 2].map(x => `<${x}>`).join('')}`)", 2],
  ["an error", "for (const x of [1]) throw new TypeError('no ' + x)", 1],
  ["one that has tick$ of its own", "const tick$ = 5; for (const x of [1]) log(tick$ + x)", 1]
];

test.each(programs)("a program with guards does the same: %s", async (_, source, ticks) => {
  const plain = await logOf(source, false);
  expect(plain.ticks).toBe(0);
  expect(plain.log).not.toMatch(/SyntaxError/);
  expect(await logOf(source, true)).toEqual({log: plain.log, ticks});
});

test("programs made at random do the same with guards, line by line", async () => {
  const rng = random(7);
  const pick = <T>(of: readonly T[]) => of[Math.floor(rng.uniform() * of.length)];
  let names = 0;
  const name = () => `v${names++}`;
  function statement(depth: number): string {
    const i = name();
    const leaf = [`n += ${Math.floor(rng.uniform() * 9)};`, `log(n);`, `n = (x => x * 2 % 97)(n)\n`, ";"];
    if (depth === 0) return pick(leaf);
    const body = () =>
      rng.uniform() < 0.5 ? statement(depth - 1) : `{ ${statement(depth - 1)} ${statement(depth - 1)} }`;
    const count = 1 + Math.floor(rng.uniform() * 3);
    return pick([
      () => `for (let ${i} = 0; ${i} < ${count}; ${i}++) ${body()}`,
      () => `for (const ${i} of [1, 2]) ${body()}`,
      () => `for (const ${i} in {a: 1}) ${body()}`,
      () => `{ let ${i} = ${count}; while (${i}-- > 0) ${body()} }`,
      () => `{ let ${i} = ${count}; do ${body()} while (--${i} > 0) }`,
      () => `if (n % 2) ${body()} else ${body()}`,
      () => `${i}: for (let k = 0; ; k++) { ${statement(depth - 1)} if (n % 3 || k > 2) break ${i}; n++; }`,
      () => `{ const ${i} = () => { ${statement(depth - 1)} }; ${i}(); }`,
      () => `{ function* ${i}() { yield n; ${statement(depth - 1)} } for (const y of ${i}()) ${body()} }`,
      () => `void (async () => { ${statement(depth - 1)} await n; n++; ${statement(depth - 1)} })();`,
      () => `try { ${statement(depth - 1)} if (n > 50) throw 1 } catch { ${statement(depth - 1)} }`
    ])();
  }
  let ticks = 0;
  for (let k = 0; k < 300; k++) {
    const source = `let n = ${k};\n${statement(4)}\n${statement(3)}\nlog(n)`;
    const guarded = instrument(source, parseJavaScript(source).body).source;
    expect(guarded.split("\n").length).toBe(source.split("\n").length);
    const plain = await logOf(source, false);
    const with_ = await logOf(source, true);
    expect(with_.log, source).toBe(plain.log);
    ticks += with_.ticks;
  }
  expect(ticks).toBeGreaterThan(1000);
});

/** A clock that tests set forward by hand. */
function handClock() {
  let time = 0;
  let turns: (() => void)[] = [];
  const clock = createClock({limit: 1000, now: () => time, nextTurn: (call) => turns.push(call)});
  return {
    clock,
    pass: (ms: number) => (time += ms),
    turn() {
      const due = turns;
      turns = [];
      for (const call of due) call();
    }
  };
}

test("a loop ends when a second passed without a pause, and not when there are pauses", () => {
  const {clock, pass, turn} = handClock();
  const {tick} = clock.guard();
  for (let i = 0; i < 100; i++) {
    tick();
    pass(50);
    turn();
  }
  expect(() => {
    for (let i = 0; i < 100; i++) {
      tick();
      pass(50);
    }
  }).toThrow(RanTooLong);
  // Whoever catches it and goes on does not come further in the same turn; in the next one he may.
  expect(tick).toThrow(/ran for 1 s without a pause/);
  turn();
  tick();
});

test("a loop of quick steps that become slow is ended within a few more of them", () => {
  const {clock, pass} = handClock();
  const {tick} = clock.guard();
  for (let i = 0; i < 100_000; i++) tick();
  let slow = 0;
  expect(() => {
    for (; slow < 1000; slow++) {
      pass(20);
      tick();
    }
  }).toThrow(RanTooLong);
  expect(slow).toBeLessThan(64 + 60);
});

test("a cell does not pay for another one's loop", () => {
  const {clock, pass} = handClock();
  let told = 0;
  const endless = clock.guard({tooLong: () => told++});
  const other = clock.guard();
  other.tick();
  expect(() => {
    for (;;) {
      endless.tick();
      pass(10);
    }
  }).toThrow(RanTooLong);
  expect(told).toBe(1);
  for (let i = 0; i < 50; i++) {
    other.tick();
    pass(10);
  }
});

test("after a stop, loops of async code end at their next round, and functions that a page calls go on", () => {
  const {clock} = handClock();
  const guard = clock.guard();
  guard.end();
  guard.tick();
  expect(() => guard.tick(1)).toThrow(Stopped);
});

test.each([
  ["const a = ;", 1, 11],
  ["const a = 1;\nfor (const x of) {}", 2, 16],
  ["a = 5", 1, 1],
  ["const x = 1;\n  Math = x", 2, 3],
  ["", undefined, undefined]
])("what is wrong with %j, and where", (source, line, column) => {
  if (line === undefined) return expect(compileCell(source).outputs).toEqual([]);
  try {
    compileCell(source);
  } catch (error) {
    expect(error).toBeInstanceOf(CellSyntaxError);
    const {problem} = error as CellSyntaxError;
    expect(problem).toMatchObject({line, column});
    return expect(problem.message).not.toMatch(/\(\d+:\d+\)/);
  }
  expect.unreachable();
});

test("a cell is an expression, or a program with names; its lines keep their places", () => {
  const expression = compileCell("\n\n1 + a");
  expect(expression).toMatchObject({inputs: ["a"], outputs: [], autodisplay: true, linesBefore: 2});
  expect(expression.evaluate(1)(2)).toBe(3);
  const program = compileCell(
    "const b = a * 2, {c} = {c: 1};\nfunction d() { return b }\nthrow new Error('here')"
  );
  expect(program).toMatchObject({outputs: ["b", "c", "d"], autodisplay: false});
  try {
    program.evaluate(12)(...program.inputs.map((name) => (name === program.tick ? () => {} : 4)));
    expect.unreachable();
  } catch (error) {
    const line = Number(/reader-cell-12\.js:(\d+)/.exec((error as Error).stack!)![1]);
    expect(line - program.linesBefore).toBe(3);
  }
  expect(namesOf("const y = (").outputs).toEqual([]);
});

test("names near an unknown one", () => {
  const known = ["schedule", "scheduleKinds", "sampler", "heun", "data", "d"];
  expect(nearNames("shedule", known)).toEqual(["schedule"]);
  expect(nearNames("Schedule", known)).toEqual(["schedule"]);
  expect(nearNames("huen", known)).toEqual(["heun"]);
  expect(nearNames("wholly", known)).toEqual([]);
  expect(nearNames("x", known)).toEqual([]);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("ab", "ba")).toBe(1);
});

test("cells go into a link and come back; what is no link is none", () => {
  const rng = random(3);
  const letters = [..."abc=(){};\n`$%+/&# ", "é", "σ", "樊", "😀", "\ud800"];
  for (let k = 0; k < 300; k++) {
    const cells = Array.from({length: 1 + Math.floor(rng.uniform() * 4)}, () =>
      Array.from(
        {length: Math.floor(rng.uniform() * 120)},
        () => letters[Math.floor(rng.uniform() * letters.length)]
      ).join("")
    );
    const text = encodeCells(cells);
    expect(text).toMatch(/^[\w-]+$/);
    expect(decodeCells(text)).toEqual(cells);
    // A character lost, changed or put in: other cells, or none, and nothing thrown.
    const at = Math.floor(rng.uniform() * text.length);
    for (const broken of [
      text.slice(0, at),
      text.slice(at),
      text.slice(0, at) + "A" + text.slice(at + 1),
      text + "A"
    ]) {
      const found = decodeCells(broken);
      if (found) expect(found.every((cell) => typeof cell === "string")).toBe(true);
    }
  }
  expect(encodeCells([])).toBe("");
  for (const wrong of ["", "%%%", "AAAA", "a b", encodeCells(["x"]).slice(2), "x".repeat(30_000)])
    expect(decodeCells(wrong)).toBeUndefined();
  const schedule =
    "const mine = {sigma: (t) => 80 ** t, s: () => 1};\nfor (const t of [0, 1]) display(mine.sigma(t))";
  expect(encodeCells([schedule]).length).toBeLessThan(LINK_LIMIT / 5);
});

const options = {
  title: "Samplers: *one* a file",
  values: ["schedule", "data"],
  library: ["heun", "euler"],
  libraryPath: "./components/figures/lab/library.js",
  prelude: ({values}: {values: string[]}) =>
    `import {ofLink} from "./x.js";\n\nconst {${values.join(", ")}} = await ofLink("a=1");`
};

test("an exported page imports what its cells use and do not define, and keeps them as typed", () => {
  const cells = [
    "heun(schedule)",
    "const euler = 1;\nPlot.plot({})",
    "background((x) => x, euler)",
    "  ",
    "const s = `a\n```js\nb`"
  ];
  const text = exportPage({...options, cells: cells.map((source) => ({source}))});
  expect(text).toContain('title: "Cells: Samplers: *one* a file"');
  expect(text).toContain("# Cells from “Samplers: \\*one\\* a file”");
  expect(text).toContain("const {schedule} = await ofLink");
  expect(text).toContain('import * as Plot from "@observablehq/plot";');
  expect(text).toContain('import {heun} from "./components/figures/lab/library.js";');
  expect(text).toContain("const background = createBackground();");
  expect(text).not.toContain("import {euler");
  expect(text).not.toContain("tick$");
  expect(importPage(text)).toEqual(cells.filter((cell) => cell.trim()));
});

test("a cell that can't stand on a page of its own is written as text, with the reason, and read again", () => {
  const cells = [
    {source: "const half = "},
    {source: "while (true) euler(data)", unfit: "ran for 1 s"},
    {source: "1 + 1"}
  ];
  const text = exportPage({...options, cells});
  expect(text).toContain("This cell does not run here: Unexpected token");
  expect(text).toContain("```js run=false\nconst half =");
  expect(text).toContain("This cell does not run here: ran for 1 s\n\n```js run=false\nwhile");
  expect(text).toContain("```js\n1 + 1\n```");
  expect(text).not.toContain("import {euler");
  expect(importPage(text)).toEqual(cells.map(({source}) => source));
});

test("what the page's beginning gives is not imported again", () => {
  const prelude = () => `import {heun} from "./components/figures/lab/library.js";`;
  expect(exportPage({...options, prelude, cells: [{source: "heun"}]}).match(/import/g)).toHaveLength(1);
  expect(
    importPage(
      "# A page\n\n```js\n1 + 1\n```\n\ntext\n\n```python\nx\n```\n\n~~~js\n~~~\n\n```js echo\n2\n```\n"
    )
  ).toEqual(["1 + 1", "2"]);
  expect(importPage("nothing")).toEqual([]);
});
