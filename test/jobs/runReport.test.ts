import {expect, test} from "vitest";
import {inflateSync} from "node:zlib";
import {writeGrayPng} from "../../components/formats/png.js";
import {lossesPlot, planePlot} from "../../components/jobs/run/reportPlots.js";
import {runReport, type RunReport} from "../../components/jobs/run/report.js";

const empty: RunReport = {
  title: "a",
  files: [],
  settings: [],
  figures: [],
  maps: [],
  written: [],
  provenance: []
};

test("a report writes texts of files as text, and refuses pictures that would be asked for", () => {
  const html = runReport({...empty, title: `<script>alert("x")</script>`, files: [{name: "a&b.pkl", found: "<img src=x>"}, {name: "c", problem: "c: found \"nothing\""}]}); // prettier-ignore
  expect(html).not.toMatch(/<script|<img/);
  expect(html).toContain("&lt;script&gt;");
  expect(html).toContain("a&amp;b.pkl");
  const figures = [{title: "t", caption: "", picture: "http://example.org/a.png"}];
  expect(() => runReport({...empty, figures})).toThrow("expected SVG or a data: address");
});

test("plots hold what they are given, on axes that leave out what lies far away", () => {
  const losses = [9, 1, 0.8, 0.7, 0.65, 0.64].map((v, i) => ({
    step: 100 * (i + 1),
    trained: v,
    heldOut: v + 0.01
  }));
  const curve = lossesPlot(losses);
  expect(curve.match(/<polyline/g)).toHaveLength(2);
  expect(curve).toContain(">600<");
  expect(lossesPlot([])).toBe("");
  const points = Float64Array.from({length: 2000}, (_, i) => Math.sin(i));
  points[0] = 1e6;
  const plane = planePlot([{name: "a < b", color: "#123456", points}], ["x", "y"]);
  expect(plane.match(/M[\d.]+,[\d.]+h0/g)!.length).toBeGreaterThan(990);
  expect(plane).toContain("a &lt; b");
  expect(plane).not.toMatch(/NaN|1000000/);
});

test("a grey picture is a PNG whose rows are the values", () => {
  const png = writeGrayPng([0, 1, 2, 4, 2, 0], 3, 2);
  expect([...png.subarray(1, 4)].map((v) => String.fromCharCode(v)).join("")).toBe("PNG");
  const view = new DataView(png.buffer);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([3, 2]);
  const length = view.getUint32(33);
  expect([...inflateSync(png.subarray(41, 41 + length))]).toEqual([0, 0, 64, 128, 0, 255, 128, 0]);
  expect(() => writeGrayPng([1], 2, 2)).toThrow("found 1 values; expected 2 x 2");
});
