/**
 * The text of a function that stops after each line of an algorithm with `yield {line: n, ...}`, by line: what runs since the
 * stop before. The stops are left out; line 0 is what comes before the first. What closes a loop belongs to the line after the
 * loop's last, which has no stop of its own.
 * @param text of the generator function, as the browser has it
 */
export function codeByLine(text: string): Map<number, string> {
  const code = new Map<number, string[]>();
  const add = (line: number, words: string[]) => code.set(line, [...(code.get(line) ?? []), ...words]);
  const body = text.slice(text.indexOf("{") + 1, text.lastIndexOf("}"));
  const stop = /yield\s*\{[^}]*?line:\s*(\d+)[^}]*\};?/g;
  let last = 0;
  let line = 0;
  for (const match of body.matchAll(stop)) {
    line = Number(match[1]);
    put(body.slice(last, match.index), line);
    last = match.index + match[0].length;
  }
  // Behind the last stop: the end of an endless loop, or what is returned.
  const rest = body.slice(last);
  put(rest, /^\s*\}/.test(rest) ? line + 2 : line);

  function put(part: string, to: number) {
    const words = part.split("\n").filter((row) => row.trim());
    while (words.length && /^\s*\}/.test(words[0])) add(to - 1, words.splice(0, 1));
    // The input's names stand before all lines.
    while (words.length && /^\s*const \{/.test(words[0])) add(0, words.splice(0, 1));
    if (words.length) add(to, words);
  }
  const all = [...code.values()].flat();
  const indent = Math.min(...all.map((row) => /^\s*/.exec(row)![0].length));
  return new Map([...code].map(([key, rows]) => [key, rows.map((row) => row.slice(indent)).join("\n")]));
}
