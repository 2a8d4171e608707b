import {choice, command, numeric} from "../../components/cli/command.js";
import {duration} from "../../components/cli/progressBar.js";
import {targets} from "./targets.js";
import {fuzz} from "./watch.js";

const help = `npm run fuzz -- [options]

Damages small files of every format and reads them: each copy must give data or one line that says what is wrong, within
a second, without memory that grows with a length field; nothing may hang or crash. Prints a table, and how to repeat
whatever failed (exit code 1).

--format NAME  only this one: ${Object.keys(targets).join(", ")}
--count N      copies of each (100,000)
--seed N       another set of copies (1)
--first N      number of the first copy (0), to repeat a failure with --count 1`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "formats",
  options: {format: text, count: text, seed: text, first: text},
  async run(values) {
    const all = Object.keys(targets);
    const formats = values.format === undefined ? all : [choice(values, "format", all, all[0])];
    const natural = {integer: true, min: 0, max: 2 ** 31 - 1};
    const count = numeric(values, "count", 100_000, {...natural, min: 1});
    const seed = numeric(values, "seed", 1, natural);
    const first = numeric(values, "first", 0, natural);
    console.log(
      row("format", "files", "data", "refused", "slowest ms", "largest array", "memory MB", "time")
    );
    for (const format of formats) {
      const started = performance.now();
      const {failures, ...tally} = await fuzz(format, {seed, first, count});
      const {files, data, refused, slowest, ratio, growth} = tally;
      const time = duration((performance.now() - started) / 1000);
      const figures = [slowest.toFixed(0), `${ratio.toFixed(1)} x file`, (growth / 1e6).toFixed(1)];
      console.log(row(format, ...[files, data, refused].map(String), ...figures, time));
      for (const {index, fault} of failures)
        console.log(
          `  copy ${index}: ${fault}\n  to repeat: npm run fuzz -- --format ${format} --seed ${seed} --first ${index} --count 1`
        );
      if (failures.length) process.exitCode = 1;
    }
  }
});

function row(first: string, ...rest: string[]): string {
  return first.padEnd(12) + rest.map((cell) => cell.padStart(15)).join("");
}
