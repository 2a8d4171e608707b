import {expect, test} from "vitest";
import {htmlList, inOrder, markdownList, notebookWords, type FigureList} from "../../build/figures/lists.js";
import {fileNames, picturesOf} from "../../build/figures/names.js";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the first file of a kind has the figure's name, others their own behind it, and no two have one", () => {
  const own = ["latents.svg", "latents.png", "latents.csv", "states of all.svg", "a/b.csv", "a b.csv"];
  const names = fileNames("F4-linear1d", own);
  expect(names).toEqual([
    "F4-linear1d.svg",
    "F4-linear1d.png",
    "F4-linear1d.csv",
    "F4-linear1d-states-of-all.svg",
    "F4-linear1d-a-b.csv",
    "F4-linear1d-a-b-2.csv"
  ]);
});

test("a picture that is there as SVG and PNG is shown once, by its SVG", () => {
  const files = ["rings.png", "curve.svg", "curve.png", "curve.csv"].map((own) => ({own, name: `F1-${own}`}));
  expect(picturesOf(files)).toEqual(["F1-curve.svg", "F1-rings.png"]);
});

test("figures come in the order of the list, E10 after E9 and parts after the whole", () => {
  const names = ["D1", "E10", "A1-loss", "E2-at", "T2", "E2", "F10-x", "F2", "A1"].map((name) => ({name}));
  expect(inOrder(names).map(({name}) => name)).toEqual(
    ["F2", "F10-x", "T2", "E2", "E2-at", "E10", "A1", "A1-loss", "D1"] // prettier-ignore
  );
});

const list: FigureList = {
  ...notebookWords(root),
  figures: [
    {
      name: "E7",
      id: "E7",
      title: "x < y & z",
      caption: 'A caption with "quotes".',
      numbers: "p = 0.5",
      provenance: [{kind: "live", detail: "seed 1"}, {kind: "talk", detail: "slide"}], // prettier-ignore
      address: "/score-sde?u=0.3#E7",
      pictures: ["E7.svg"],
      files: [
        {name: "E7.svg", bytes: 10, width: 500, height: 300},
        {name: "E7.csv", bytes: 10}
      ]
    }
  ]
};

test("lists have title, caption, numbers, where it came from, link with state, files, licence and citation", () => {
  const text = markdownList(
    list,
    new Map([["E7", [{markdown: "| a |\n| --- |", html: "<table></table>"}]]]),
    "http://site/"
  );
  for (const part of [
    "## E7: x < y & z",
    "![x < y & z](E7.svg)",
    "| a |",
    'A caption with "quotes". p = 0.5',
    "live: seed 1; talk: slide",
    "(http://site/score-sde?u=0.3#E7)",
    "[E7.csv](E7.csv)",
    "MIT",
    "Kreis, Dockhorn, Li, Zhong (2022)",
    "arXiv:2211.14169"
  ])
    expect(text).toContain(part);
});

test("the HTML list escapes what figures say, and asks no other host for anything", () => {
  const html = htmlList(list, new Map(), "http://127.0.0.1:3000");
  expect(html).toContain("x &lt; y &amp; z");
  expect(html).toContain("A caption with &quot;quotes&quot;.");
  expect(html).toContain('<img src="E7.svg"');
  expect([...html.matchAll(/(?:src|@import|url\()=?["(]?(https?:)/g)]).toEqual([]);
});
