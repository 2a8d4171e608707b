import {lowPass} from "../analysis/mapCorrelation.js";
import type {WorkerContext} from "../compute/protocol.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {sceneOf, vaeOf} from "./models.js";
import {SMOOTHING, trueMap, trueMapsOf, voxelSize, type Nearest} from "./trueMaps.js";

export interface LatentMapInput {
  vae: NamedBytes;
  recipe: NamedJson;
  /** [zdim]. */
  z: ArrayLike<number>;
  /** Boxes to decode at, one after another: a small one comes at once, a large one follows. At most the model's. */
  boxes: number[];
  /** The nearest true map, where it is known from a smaller box. */
  nearest?: Nearest;
}

/** A decoded map and the true map it resembles most. */
export interface LatentMap {
  box: number;
  /** Å. */
  voxelSize: number;
  /** [box, box, box] as decoded. */
  map: Float32Array;
  /** The same smoothed by SMOOTHING voxels, as it is compared and drawn. */
  smooth: Float32Array;
  /** The nearest true map, found at the first box. */
  nearest: Nearest;
  /** [box, box, box]. */
  trueMap: Float32Array;
}

/** Decodes a latent at growing boxes, and finds the true map nearest to it. All but the last are partial results. */
export async function latentMap(
  {vae, recipe, z, boxes, nearest: known}: LatentMapInput,
  context: WorkerContext<LatentMap>
): Promise<LatentMap> {
  const {decoder} = vaeOf(vae);
  const scene = sceneOf(recipe);
  const largest = decoder.vae.config.boxSize;
  const sizes = [...new Set(boxes.map((box) => Math.min(box, largest)))];
  let nearest = known;
  for (const box of sizes) {
    await context.turn();
    const map = await decoder.decode(z, box, context);
    const smooth = lowPass(map, box, SMOOTHING);
    nearest ??= trueMapsOf(scene, box).nearest(smooth);
    const truth = trueMap(scene, nearest.state, box);
    const found = {box, voxelSize: voxelSize(scene.recipe, box), map, smooth, nearest, trueMap: truth};
    if (box === sizes[sizes.length - 1]) return found;
    context.partial(found);
  }
  throw new RangeError("boxes: found none; expected at least one");
}
