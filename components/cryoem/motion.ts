import type {Structure, Vector} from "./structure.js";

/**
 * What changes from one state of a structure to another:
 * - arc: part 1 turns about its hinge in equal steps, `states` of them `step` radians apart, about the structure as it is;
 * - circle: the same over the full circle, from the structure as it is; the last state is the first one's neighbour again;
 * - opening: `domains` of a trimer's parts, at most one of which is open at a time. State 0 is closed, the structure as it is; then `steps`
 *   states a domain, turned about its hinge by `from` to `to` radians. A part `closed` of the images is closed, the others
 *   are spread evenly over the open states;
 * - assembly: classes, each of which has some of the parts and not the others (part 0 is always there).
 */
export type Motion =
  | {type: "arc"; states: number; step: number}
  | {type: "circle"; states: number}
  | {type: "opening"; domains: number; steps: number; from: number; to: number; closed: number}
  | {type: "assembly"; classes: AssemblyClass[]};

/** A class of an assembly: the parts it has beside part 0, and the part of the images that show it, relative to the others'. */
export interface AssemblyClass {
  name: string;
  parts: number[];
  population: number;
}

/** How many states a motion has. */
export function stateCount(motion: Motion): number {
  switch (motion.type) {
    case "opening":
      return 1 + motion.domains * motion.steps;
    case "assembly":
      return motion.classes.length;
    default:
      return motion.states;
  }
}

/** The part of the images in each state [states], summing to 1. */
export function populations(motion: Motion): Float64Array {
  const n = stateCount(motion);
  if (motion.type === "assembly") {
    const total = motion.classes.reduce((sum, c) => sum + c.population, 0);
    return Float64Array.from(motion.classes, (c) => c.population / total);
  }
  if (motion.type !== "opening") return new Float64Array(n).fill(1 / n);
  return Float64Array.from({length: n}, (_, k) => (k === 0 ? motion.closed : (1 - motion.closed) / (n - 1)));
}

/** The groups that states fall into: one for a continuous motion; closed and each domain's open states; an assembly's classes. */
export function groupNames(motion: Motion): string[] {
  switch (motion.type) {
    case "opening":
      return [
        "closed",
        ...Array.from({length: motion.domains}, (_, k) =>
          motion.domains > 1 ? `domain ${k + 1} open` : "open"
        )
      ];
    case "assembly":
      return motion.classes.map((c) => c.name);
    default:
      return ["all"];
  }
}

/** The group of a state, a place in `groupNames`. */
export function groupOf(motion: Motion, state: number): number {
  if (motion.type === "assembly") return state;
  if (motion.type !== "opening" || state === 0) return 0;
  return 1 + Math.floor((state - 1) / motion.steps);
}

/** Whether the states of a group differ by a hinge's angle. */
export const hasAngle = (motion: Motion, group: number): boolean =>
  motion.type === "arc" || motion.type === "circle" || (motion.type === "opening" && group > 0);

/**
 * The hinge angle of a state (fractions allowed but for an opening's), radians: (state - (states - 1)/2) step over an arc,
 * 2 pi state / states over the circle, that of the open domain, 0 where nothing turns.
 */
export function hingeAngle(motion: Motion, state: number): number {
  switch (motion.type) {
    case "arc":
      return (state - (motion.states - 1) / 2) * motion.step;
    case "circle":
      return (2 * Math.PI * state) / motion.states;
    case "opening": {
      if (state === 0) return 0;
      const {from, to, steps} = motion;
      return from + (to - from) * (steps > 1 ? ((state - 1) % steps) / (steps - 1) : 0.5);
    }
    case "assembly":
      return 0;
  }
}

/** The same in degrees. */
export const hingeDegrees = (motion: Motion, state: number): number =>
  (180 / Math.PI) * hingeAngle(motion, state);

/** What a state is, in a few words: `hinge at 24.1°`, `closed`, `open by 40.0°`, the name of a class. */
export function describeState(motion: Motion, state: number): string {
  const angle = `${hingeDegrees(motion, state).toFixed(1)}°`;
  if (motion.type === "arc" || motion.type === "circle") return `hinge at ${angle}`;
  const group = groupOf(motion, state);
  const name = groupNames(motion)[group] ?? "unknown";
  return hasAngle(motion, group) ? `${name} by ${angle}` : name;
}

/** How far from the origin scatterers come in any state, Å. */
export function reach(structure: Structure, motion: Motion): number {
  let most = 0;
  for (let state = 0; state < stateCount(motion); ++state) {
    const p = conformation(structure, motion, state);
    for (let i = 0; i < p.length; i += 3)
      most = Math.max(most, p[i] * p[i] + p[i + 1] * p[i + 1] + p[i + 2] * p[i + 2]);
  }
  return Math.sqrt(most);
}

/** Positions [n, 3] in Å of a structure in a state of its motion; parts that are absent are where they would be. */
export function conformation(structure: Structure, motion: Motion, state: number): Float64Array {
  const {n, positions, domain, hinges} = structure;
  const moved = positions.slice();
  const part = motion.type === "opening" ? groupOf(motion, state) : 1;
  const hinge = hinges[part - 1];
  if (motion.type === "assembly" || !hinge) return moved;
  const R = rotationAbout(hinge.axis, hingeAngle(motion, state));
  const [px, py, pz] = hinge.point;
  for (let i = 0; i < n; ++i) {
    if (domain[i] !== part) continue;
    const x = positions[3 * i] - px;
    const y = positions[3 * i + 1] - py;
    const z = positions[3 * i + 2] - pz;
    moved[3 * i] = px + R[0] * x + R[1] * y + R[2] * z;
    moved[3 * i + 1] = py + R[3] * x + R[4] * y + R[5] * z;
    moved[3 * i + 2] = pz + R[6] * x + R[7] * y + R[8] * z;
  }
  return moved;
}

/** Electrons [n] of each scatterer of a structure in a state of its motion: 0 where its part is absent. */
export function occupied({weights, domain}: Structure, motion: Motion, state: number): Float64Array {
  if (motion.type !== "assembly") return weights;
  const {parts} = motion.classes[state];
  return weights.map((w, i) => (domain[i] === 0 || parts.includes(domain[i]) ? w : 0));
}

/** The rotation by `angle` (radians) about a unit axis, 3 x 3 row-major (Rodrigues). */
export function rotationAbout([x, y, z]: Vector, angle: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const t = 1 - c;
  return Float64Array.of(
    c + t * x * x,
    t * x * y - s * z,
    t * x * z + s * y,
    t * x * y + s * z,
    c + t * y * y,
    t * y * z - s * x,
    t * x * z - s * y,
    t * y * z + s * x,
    c + t * z * z
  );
}
