import {expect, test} from "vitest";
import type {Motion} from "../../components/cryoem/motion.js";
import {readMrc} from "../../components/formats/mrc.js";
import {readNpy} from "../../components/formats/npy.js";
import {readZip} from "../../components/formats/zip.js";
import {
  cellSentence,
  cellWords,
  rowMedian,
  rowWords,
  shortState
} from "../../components/figures/volumes/cellText.js";
import {gridCsv, gridLatents, gridMaps} from "../../components/figures/volumes/gridFiles.js";
import {ordered, type Cell, type Row} from "../../components/figures/volumes/rows.js";

const circle: Motion = {type: "circle", states: 100};
const classes = [{name: "core", parts: [], population: 1}];

/** A row of latents (i, 2 i) with correlations. */
function rowOf(found: [state: number, moving: number][]): Row {
  const row: Row = {letter: "C", kind: "gaussian", title: "N(0, I)", color: "--x", cells: [], trouble: ""};
  row.cells = found.map(([state, moving], index): Cell => {
    const map = {index, box: 4, voxelSize: 3, smooth: new Float32Array(64).map((_, i) => i * index)};
    return {row, index, z: Float32Array.of(index, 2 * index), nearest: {state, moving, whole: 0.5}, map};
  });
  return row;
}

test("a state in a word is its angle, or its name where nothing turns", () => {
  expect(shortState(circle, 33)).toBe("119°");
  expect(shortState({type: "arc", states: 101, step: 0.01}, 0)).toBe("-29°");
  expect(shortState({type: "assembly", classes}, 0)).toBe("core");
  const opening: Motion = {type: "opening", domains: 1, steps: 3, from: 0.5, to: 1, closed: 0.5};
  expect([0, 1, 3].map((state) => shortState(opening, state))).toEqual(["closed", "29°", "57°"]);
});

test("what is not compared says so; without the truth a cell has its number alone", () => {
  const [cell] = rowOf([[33, 0.8257]]).cells;
  expect(cellWords(cell, circle)).toEqual({state: "119°", r: "0.826"});
  expect(cellWords({...cell, nearest: undefined}, circle).r).toBe("");
  expect(cellWords({...cell, nearest: undefined}, undefined)).toEqual({state: "no. 0", r: ""});
  expect(cellSentence(cell, circle)).toBe(
    "N(0, I), number 0: nearest state 33, hinge at 118.8°, correlation 0.826 where the states differ"
  );
  expect(cellSentence({...cell, state: 25}, circle)).toMatch(/^N\(0, I\): state 25, hinge at 90.0°, corr/);
});

test("a row has a median once all of it is compared", () => {
  const row = rowOf([
    [1, 0.2],
    [2, 0.9],
    [3, 0.4]
  ]);
  expect(rowMedian(row)).toBe(0.4);
  expect(rowWords(row, circle)).toEqual({title: "N(0, I), 3 samples", numbers: "median correlation 0.400"});
  row.cells[1].nearest = undefined;
  expect(rowMedian(row)).toBeUndefined();
  expect(rowMedian({...row, cells: []})).toBeUndefined();
});

test("cells are ordered by their nearest states, equal ones and unknown ones as they were drawn", () => {
  const {cells} = rowOf([
    [5, 1],
    [3, 1],
    [5, 1],
    [0, 1]
  ]);
  cells[1].nearest = undefined;
  const places = (order: "drawn" | "state") => ordered(cells, order).map(({index}) => index);
  expect(places("drawn")).toEqual([0, 1, 2, 3]);
  expect(places("state")).toEqual([3, 0, 2, 1]);
});

test("the files hold every number, latent and map", async () => {
  const rows = [
    rowOf([
      [33, 0.75],
      [0, 0.5]
    ])
  ];
  const lines = (await gridCsv(rows, circle).text()).trim().split("\n");
  expect(lines).toEqual([
    "row,set,index,state,nearest state,nearest is,moving,whole,z0,z1",
    'C,"N(0, I)",0,,33,hinge at 118.8°,0.75,0.5,0,0',
    'C,"N(0, I)",1,,0,hinge at 0.0°,0.5,0.5,1,2'
  ]);
  const bytes = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
  const {shape, data} = readNpy(await bytes(gridLatents(rows)), "latents");
  expect(shape).toEqual([2, 2]);
  expect([...(data as Float32Array)]).toEqual([0, 0, 1, 2]);
  const zip = readZip(await bytes(gridMaps(rows)), "maps", "a zip");
  expect([...zip.keys()]).toEqual(["C_00.mrc", "C_01.mrc"]);
  const map = readMrc(zip.get("C_01.mrc")!, "map");
  expect([map.nx, map.pixelSize, map.data[63]]).toEqual([4, 3, 63]);
});
