import type {Page} from "playwright-core";
import {afterAll, beforeAll, beforeEach, expect, test} from "vitest";
import {openSite, settled, type Site} from "./site.js";

let site: Site;
let page: Page;
let faults: string[];
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  ({page, faults} = await site.open(""));
  await settled(page);
  await page.getByText(/^z of the image/).waitFor();
  await page.getByText(/^Nearest true map: state/).waitFor();
  return () => page.close();
});

const stage = (n: number) => page.locator(".stage").nth(n - 1);
/** Waits until a text of a stage has changed, and returns the new one. */
async function changed(n: number, pattern: RegExp, act: () => Promise<unknown>): Promise<string> {
  const line = stage(n).getByText(pattern);
  const before = await line.textContent();
  await act();
  await expect.poll(() => line.textContent(), {timeout: 60_000}).not.toBe(before);
  return (await line.textContent())!;
}

test("another state turns the hinge, changes the image and moves its latent", async () => {
  const pixels = () => stage(2).locator("canvas").nth(1).screenshot();
  const before = await pixels();
  const z = stage(3).getByText(/^z of the image/);
  const old = await z.textContent();
  const angle = await changed(1, /hinge at/, () => stage(1).locator("input[type=range]").nth(1).fill("40"));
  expect(angle).toMatch(/hinge at 26\.6°/);
  await expect.poll(() => z.textContent(), {timeout: 60_000}).not.toBe(old);
  expect(before.equals(await pixels())).toBe(false);
  expect(new URL(page.url()).searchParams.get("state")).toBe("40");
  expect(faults).toEqual([]);
});

test("a new particle is another image of the same state", async () => {
  await changed(2, /^Defocus/, () => page.getByRole("button", {name: "New particle"}).click());
  expect(
    await stage(3)
      .getByText(/^z of the image/)
      .textContent()
  ).toContain("(state 10)");
  expect(new URL(page.url()).searchParams.get("image")).toBe("1");
});

test("a new sample is decoded; sigma shows it on its way", async () => {
  await changed(4, /samples, seed/, () => page.getByRole("button", {name: "Sample"}).click());
  const picture = () => stage(4).locator("canvas").screenshot();
  const data = await picture();
  await stage(4).locator("input[type=range]").fill("0");
  await page.waitForTimeout(200);
  expect(data.equals(await picture())).toBe(false);
  expect(await stage(4).locator("output").textContent()).toBe("80");
  expect(faults).toEqual([]);
});

test("the image's own latent can be decoded: the map is that of its state, or of one nearby", async () => {
  await page.getByLabel("the image's z").check();
  await expect
    .poll(
      async () =>
        Number(
          /state (\d+)/.exec(
            (await stage(5)
              .getByText(/^Nearest/)
              .textContent())!
          )![1]
        ),
      {
        timeout: 60_000
      }
    )
    .toSatisfy((state: number) => Math.abs(state - 10) <= 5);
});
