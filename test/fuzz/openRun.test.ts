import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {writeNpy} from "../../components/formats/npy.js";
import {openRun} from "../../components/jobs/run/assemble.js";
import {copyOf, targets} from "./targets.js";

const good = {
  name: "mine.npy",
  blob: new Blob([writeNpy({shape: [60, 4], data: random(1).fillNormal(new Float32Array(240))})])
};
const endings: Record<string, string> = {pickle: "pkl", torch: "pkl", latents: "pkl", yaml: "yaml", config: "yaml", mrc: "mrcs", csv: "csv"}; // prettier-ignore

test.each(Object.keys(targets))("beside damaged %s files a reader's latents are opened, and each file is told of by name", async (format) => {
  const ending = endings[format] ?? format;
  for (let i = 0; i < 40; ++i) {
    const bad = {name: `run/damaged-${i}.${ending}`, blob: new Blob([copyOf(targets[format], 7, i) as Uint8Array<ArrayBuffer>])}; // prettier-ignore
    const run = await openRun({files: [good, bad]});
    const lines = run.lines.filter(({name, problem}) => name === bad.name || problem?.includes(bad.name));
    expect(lines.length, bad.name).toBeGreaterThan(0);
    expect(run.latents, bad.name).toBeDefined();
    // what the damage left whole may be latents too, with log variances even: then one of the two is taken, and the other told of
    expect(run.lines.some(({name}) => name === "mine.npy")).toBe(true);
    for (const {problem} of lines) if (problem !== undefined) expect(problem.split("\n")).toHaveLength(1);
  }
}); // prettier-ignore

test("a hostile pickle is refused, what it names is shown, and nothing of it runs", async () => {
  const bytes = new TextEncoder().encode("");
  const hostile = Buffer.from("\x80\x02cposix\nsystem\nX\x0a\x00\x00\x00touch /tmp\x85R.", "latin1");
  const run = await openRun({files: [good, {name: "z.3.pkl", blob: new Blob([hostile])}, {name: "empty.pkl", blob: new Blob([bytes])}]}); // prettier-ignore
  expect(run.lines.find(({name, problem}) => name === "z.3.pkl" && problem)?.problem).toMatch(
    /posix\.system/
  );
  expect(run.lines.find(({name, problem}) => name === "empty.pkl" && problem)).toBeDefined();
  expect(run.latents?.n).toBe(60);
});
