import {defineConfig} from "vitest/config";
import {BaseSequencer, type TestSpecification} from "vitest/node";

/** Files that take minutes, the longest first: one that is begun last would be waited for alone. Others go by size, Vitest's own way. */
const long = ["pages", "prior", "samplers", "datasets", "training", "volumes", "cryodrgn", "langevin"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({moduleId}: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(`/browser/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// Two projects: the library's tests, which need Node alone, and the pages', which need the built site and a browser.
export default defineConfig({
  test: {
    sequence: {sequencer: LongFirst},
    projects: [
      {
        // The bundle that pages load is a script, which Node can't import.
        resolve: {alias: {"arquero/dist/arquero.min.js": "arquero"}},
        test: {
          name: "library",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          testTimeout: 60_000
        }
      },
      {
        test: {
          name: "pages",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Some wait for a frame or a worker that a busy machine has late: tried once more, and said in the report.
          retry: 1,
          // What a page does at once may take a busy machine some seconds.
          expect: {poll: {timeout: 15_000}},
          // A page waits for its browser half of the time; more at once would wait for each other.
          maxWorkers: 2,
          sequence: {groupOrder: 1}
        }
      }
    ]
  }
});
