import {stateColor} from "../interpolation/stateBins.js";
import type {ShownEncodings} from "../encodings.js";

/** Encodings in the plane as sets of one colour each: grey, or a set a colour of states. */
export function cloudsOf(
  {plane, n, states, motion}: ShownEncodings,
  colour: "time" | "state"
): {points: Float32Array; color: string}[] {
  if (colour === "time" || !states || !motion) return [{points: plane, color: "--walk-cloud"}];
  const clouds = new Map<string, number[]>();
  for (let i = 0; i < n; ++i) {
    const color = stateColor(motion, states[i]);
    const cloud = clouds.get(color) ?? [];
    if (cloud.length === 0) clouds.set(color, cloud);
    cloud.push(plane[2 * i], plane[2 * i + 1]);
  }
  return [...clouds].map(([color, points]) => ({points: Float32Array.from(points), color}));
}
