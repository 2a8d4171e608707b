import {expect, test} from "vitest";
import {withHelpers} from "../../components/jobs/lend.js";

test("work with helpers gives its result, and a crash when one of them dies before it", async () => {
  const helper = {connected: true};
  expect(await withHelpers([helper], Promise.resolve(3))).toBe(3);
  await expect(withHelpers([helper], Promise.reject(new Error("enough")))).rejects.toThrow("enough");
  const waiting = withHelpers([{connected: true}, helper], new Promise(() => {}));
  helper.connected = false;
  await expect(waiting).rejects.toMatchObject({name: "WorkerCrash", message: /one of the helpers died/});
});
