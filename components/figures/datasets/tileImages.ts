import type {ParticleViews, View} from "../../jobs/particleViews.js";
import type {DatasetsState} from "./datasetsState.js";
import type {SmallSet} from "./smallSetFiles.js";

/** Where the low-pass filter of the figures halves the power, Å. */
export const RESOLUTION = 60;

/** Images kept, so that going back is quick: 13 MB at D = 128. */
const KEPT = 200;

/** One view of images of a set: from the small set where it has it, from those made before, else made now in a worker. */
export class TileImages {
  private readonly kept = new Map<string, Float32Array>();
  /** How many were read from the small set, and how many were made now, since the page was opened. */
  readonly counts = {shipped: 0, live: 0};

  constructor(private readonly workers: DatasetsState["workers"]) {}

  /** What is at hand. */
  peek(set: SmallSet, image: number, view: View): Float32Array | undefined {
    const {D, n, images} = set;
    if (view === "particle" && image < n) {
      ++this.counts.shipped;
      return images.subarray(image * D * D, (image + 1) * D * D);
    }
    return this.kept.get(`${set.name} ${image} ${view}`);
  }

  /**
   * Makes what is not at hand; each image is given to `show` as it comes.
   * @throws the signal's reason when cancelled
   */
  async make(
    set: SmallSet,
    images: number[],
    view: View,
    {
      priority,
      signal,
      show
    }: {priority: number; signal: AbortSignal; show(image: number, pixels: Float32Array): void}
  ): Promise<void> {
    const {named, sigma} = set;
    const onPartial = ({image, views}: ParticleViews) => {
      const pixels = views[view]!;
      const key = `${set.name} ${image} ${view}`;
      this.kept.delete(key);
      this.kept.set(key, pixels);
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
      ++this.counts.live;
      show(image, pixels);
    };
    await this.workers.run(
      "particleViews",
      {recipe: named, sigma, images, views: [view], resolution: RESOLUTION},
      {priority, affinity: named.name, signal, onPartial}
    );
  }
}
