import {expect, test} from "vitest";
import {readCurve} from "../../components/cli/vaeCurve.js";

const header = "step,epoch,gen,kld,loss,seconds,held_out";
const text = (rows: number) =>
  [header, ...Array.from({length: rows}, (_, i) => `${10 * (i + 1)},${(i + 1) / 100},${1 + i},${2 * i},${3 * i},${i},`)].join("\n") + "\n"; // prettier-ignore

test("a short curve is kept as it is", () => {
  expect(readCurve(text(3))).toEqual([
    {step: 10, epoch: 0.01, gen: 1, kld: 0, loss: 0},
    {step: 20, epoch: 0.02, gen: 2, kld: 2, loss: 3},
    {step: 30, epoch: 0.03, gen: 3, kld: 4, loss: 6}
  ]);
});

test("a long one becomes means over rows, by their steps", () => {
  const points = readCurve(text(1000))!;
  expect(points).toHaveLength(334);
  expect(points.at(-1)!.step).toBe(10_000);
  expect(points[0]).toEqual({step: 30, epoch: 0.03, gen: 2, kld: 2, loss: 3});
  const uneven = [header, "10,1,4,0,0,0,", "40,4,0,4,4,0,"].join("\n");
  const many = readCurve(uneven + "\n" + text(800).split("\n").slice(1).map((row) => row.replace(/^\d+/, (s) => String(40 + Number(s)))).join("\n"))!; // prettier-ignore
  expect(many[0].step).toBe(50);
  expect(many[0].gen).toBeCloseTo((10 * 4 + 30 * 0 + 10 * 1) / 50, 6);
});

test("no rows are no curve", () => {
  expect(readCurve(header + "\n")).toBeUndefined();
  expect(readCurve("")).toBeUndefined();
});
