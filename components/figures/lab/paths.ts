import type {Track} from "../../samplers/track.js";
import type {View} from "./view.js";

/** The first coordinate of the first `count` points of a track, against time. */
export function firstPaths({times, points}: Track, {d, count, view}: {d: number; count: number; view: View}) {
  const m = times.length;
  const xy = new Float32Array(count * m * 2);
  for (let i = 0; i < m; ++i) {
    const unit = view.unit(times[i]);
    for (let j = 0; j < count; ++j) {
      const at = 2 * (j * m + i);
      xy[at] = times[i];
      xy[at + 1] = points[i][j * d] / unit;
    }
  }
  return {xy, n: count, m};
}
