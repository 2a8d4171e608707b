import {describe, expect, it} from "vitest";
import {jobContext, quiet} from "../../components/compute/job.js";
import {relionAngles} from "../../components/cryoem/poses.js";
import {imageTable} from "../../components/jobs/imageTable.js";
import {simulate} from "../../components/jobs/simulate.js";
import {named, tiny, tinyJson} from "./chosen.js";

describe("the table of a set's images", () => {
  it("says what is true of the images that are simulated", async () => {
    const table = await imageTable({recipe: named}, quiet);
    const set = simulate(tiny, {images: 200});
    expect(table.image.length).toBe(200);
    expect(Array.from(table.state)).toEqual(Array.from(set.states));
    for (const i of [0, 1, 77, 199]) {
      const [rot, tilt, psi] = relionAngles(set.rotations.subarray(9 * i, 9 * i + 9));
      expect(table.rot[i]).toBeCloseTo(rot, 3);
      expect(table.tilt[i]).toBeCloseTo(tilt, 3);
      expect(table.psi[i]).toBeCloseTo(psi, 3);
      expect(table.defocusU[i]).toBeCloseTo(set.ctf[9 * i + 2], 1);
      expect(table.defocusV[i]).toBeCloseTo(set.ctf[9 * i + 3], 1);
      expect(table.defocus[i]).toBeCloseTo((set.ctf[9 * i + 2] + set.ctf[9 * i + 3]) / 2, 1);
      expect(table.shiftX[i]).toBeCloseTo(12 * set.shifts[2 * i], 4);
      expect(table.shiftY[i]).toBeCloseTo(12 * set.shifts[2 * i + 1], 4);
      expect(table.hinge[i]).toBeCloseTo(((table.state[i] - 1.5) * 0.3 * 180) / Math.PI, 4);
    }
  });

  it("can be cancelled, and needs a recipe", async () => {
    const controller = new AbortController();
    const context = jobContext(controller.signal, () => controller.abort(new Error("enough")));
    await expect(imageTable({recipe: named}, context)).rejects.toThrow("enough");
    const bad = {name: "bad.json", json: {...tinyJson, snr: -1}};
    await expect(imageTable({recipe: bad}, quiet)).rejects.toThrow("bad.json: snr: found -1");
  });
});
