/** How soon a picture follows a control point that is dragged: measured and printed; what is asserted is that each was drawn again. */
import {afterAll, beforeAll, expect, test} from "vitest";
import {openSite, pages, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

/** Moves of the mouse that are measured. */
const MOVES = 25;

/** Pages, and the figures that a reader has on the screen while dragging. */
const lessons: [path: string, id: string][] = [
  ["score-sde", "E6-scale"],
  ["score-sde", "E6"],
  ["score-sde", "E7"],
  ["score-sde", "E7-law"],
  ["score-sde", "E7-encode"],
  ["score-sde", "E8"],
  ["samplers", ""]
];

const built = pages();

test.each(lessons.filter(([path]) => built.includes(path)))(
  "%s: a control point is dragged, with %s on the screen",
  async (path, id) => {
    const {page, faults} = await site.open(`${path}?data=ring&n=500`);
    await page.locator(".figure.live[data-draws]").first().waitFor();
    await page.evaluate((id) => {
      const dock = document.querySelector<HTMLDetailsElement>(".lab-dock");
      if (dock) dock.open = true;
      const at = id ? document.getElementById(id) : document.querySelector(".figure.live");
      scrollTo(0, at!.getBoundingClientRect().top + scrollY - (dock?.offsetHeight ?? 0) - 8);
    }, id);
    await page.waitForTimeout(800);

    const handle = page.locator(".curve-handle").nth(2);
    const box = (await handle.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    // The first move turns the preset into a curve drawn by hand.
    await page.mouse.move(x + 1, y - 2);
    await page.waitForTimeout(300);
    const drawn = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".figure.live")]
          .filter((figure) => {
            const {top, bottom} = figure.querySelector(".live-picture")!.getBoundingClientRect();
            // what is behind the dock waits
            const dock =
              document.querySelector<HTMLElement>(".lab-dock")?.getBoundingClientRect().bottom ?? 0;
            return top < innerHeight && bottom > Math.max(0, dock);
          })
          .map(({id, dataset}) => [id, Number(dataset.draws)] as const)
      );
    const before = new Map(await drawn());
    expect(before.size).toBeGreaterThan(0);

    const scripts: number[] = [];
    const frames: number[] = [];
    for (let i = 0; i < MOVES; ++i) {
      await page.evaluate(() => {
        const seen = globalThis as unknown as {moved?: {script: number; frame: number}};
        seen.moved = undefined;
        addEventListener(
          "pointermove",
          () => {
            const began = performance.now();
            let script = 0;
            // Pictures are drawn when the answers of this move are there: before the next macrotask.
            const after = new MessageChannel();
            after.port1.onmessage = () => (script = performance.now() - began);
            after.port2.postMessage(0);
            requestAnimationFrame(() => {
              const painted = new MessageChannel();
              painted.port1.onmessage = () => (seen.moved = {script, frame: performance.now() - began});
              painted.port2.postMessage(0);
            });
          },
          {once: true, capture: true}
        );
      });
      await page.mouse.move(x + (i % 5), y - 3 - ((3 * i) % 40));
      const {script, frame} = await page
        .waitForFunction(() => (globalThis as unknown as {moved?: {script: number; frame: number}}).moved)
        .then((found) => found.jsonValue() as Promise<{script: number; frame: number}>);
      scripts.push(script);
      frames.push(frame);
    }
    await page.mouse.up();
    const now = new Map(await drawn());
    const of = (values: number[]) => {
      const sorted = values.slice().sort((a, b) => a - b);
      return `median ${sorted[MOVES >> 1].toFixed(1)} ms, worst ${sorted[MOVES - 1].toFixed(1)} ms`;
    };
    console.log(`${path}${id && `, ${id}`}: ${[...before.keys()].join(", ")} on the screen; drawn: ${of(scripts)}; from pointermove to painted frame: ${of(frames)}`); // prettier-ignore
    for (const [figure, count] of before) {
      if (figure === "E8" && path === "score-sde") continue; // has a schedule of its own
      expect(now.get(figure)! - count, `${figure} was drawn again`).toBeGreaterThan(MOVES / 2);
    }
    expect(faults).toEqual([]);
    await page.close();
  }
);
