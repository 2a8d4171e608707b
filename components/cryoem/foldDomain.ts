import type {Rng} from "../compute/random.js";
import {HELIX, LOOP, STRAND, type Vector} from "./structure.js";

/** C-alpha positions of one compact domain, centred at the origin. */
export interface Fold {
  n: number;
  /** [n, 3], Å. */
  positions: Float64Array;
  /** [n]: 0 loop, 1 helix, 2 strand. */
  secondary: Uint8Array;
}

/** Layers of alpha/beta sandwiches, helix bundles and beta sandwiches; neighbouring layers are 10 Å apart. */
const ARCHITECTURES = ["HSHH", "HSSH", "HSH", "HHHH", "HSHS", "SSHH"];
const LAYER_SPACING = 10;
/** Å between neighbouring helices of a layer, and between strands of a sheet. */
const SPACING = {H: 9.6, S: 4.8};
/** Å along the axis for one residue. */
const RISE = {H: 1.5, S: 3.3};
/** Å^3 that a residue takes in a folded protein. */
const RESIDUE_VOLUME = 135;
const CA_DISTANCE = 3.8;

/**
 * Folds a made-up domain: layers of parallel helices (1.5 Å rise, 100 degrees, radius 2.3 Å) and strands (3.3 Å rise, pleated),
 * cut to an ellipsoid, joined end to end by loops at 3.8 Å a residue.
 * @param range fewest and most residues; folds are drawn until one is within
 */
export function foldDomain(rng: Rng, [fewest, most]: [number, number]): Fold {
  let size = (fewest + most) / 2;
  for (let attempt = 0; attempt < 500; ++attempt) {
    const fold = drawFold(rng, size * (0.9 + 0.2 * rng.uniform()));
    if (fold.n >= fewest && fold.n <= most) return fold;
    size *= fold.n < fewest ? 1.03 : 0.97;
  }
  throw new RangeError(`domain: no fold of ${fewest} to ${most} residues found; expected a wider range`);
}

interface Element {
  kind: "H" | "S";
  start: Vector;
  /** Unit direction of its axis. */
  along: Vector;
  /** Unit normal of its layer: strands pleat along it. */
  normal: Vector;
  residues: number;
}

function drawFold(rng: Rng, residues: number): Fold {
  const radius = Math.cbrt((3 * RESIDUE_VOLUME * residues) / (4 * Math.PI));
  const spread = () => 0.85 + 0.3 * rng.uniform();
  const [ax, az] = [radius * spread(), radius * spread()];
  const ay = radius ** 3 / (ax * az);
  const layers = ARCHITECTURES[rng.integer(ARCHITECTURES.length)];
  const count = Math.max(2, Math.round((2 * ay) / LAYER_SPACING));
  const elements: Element[] = [];
  let up = true;
  for (let layer = 0; layer < count; ++layer) {
    const kind = layers[layer % layers.length] as "H" | "S";
    const y = (layer - (count - 1) / 2) * LAYER_SPACING;
    const across = Math.sqrt(Math.max(0.12, 1 - (y / (ay + 2)) ** 2));
    const columns = Math.max(kind === "H" ? 2 : 3, Math.floor((2 * ax * across) / SPACING[kind]));
    const slant = (kind === "S" ? -0.35 : 0.1) + 0.4 * (rng.uniform() - 0.5);
    for (let k = 0; k < columns; ++k) {
      const column = layer % 2 ? columns - 1 - k : k; // the chain runs to and fro
      const x = (column - (columns - 1) / 2) * SPACING[kind];
      const half =
        az * Math.sqrt(Math.max(0.1, across ** 2 - (x / (ax + 3)) ** 2)) * (0.85 + 0.2 * rng.uniform());
      // A sheet twists by about 15 degrees a strand; neighbouring helices stay nearly parallel.
      const tilt = (kind === "S" ? 0.09 * x * 0.6 : 0.2 * (rng.uniform() - 0.5)) / 2;
      const along = rotateY([0, Math.sin(tilt), Math.cos(tilt)], slant);
      const centre = rotateY([x, y + 0.6 * (rng.uniform() - 0.5), 2 * (rng.uniform() - 0.5)], slant);
      const number = Math.max(kind === "H" ? 6 : 4, Math.round((2 * half) / RISE[kind]));
      const reach = ((number - 1) * RISE[kind]) / 2;
      const sign = up ? 1 : -1;
      elements.push({
        kind,
        start: [0, 1, 2].map((a) => centre[a] - sign * reach * along[a]) as Vector,
        along: along.map((a) => sign * a) as Vector,
        normal: rotateY([0, Math.cos(tilt), -Math.sin(tilt)], slant),
        residues: number
      });
      up = !up;
    }
  }
  return chainOf(elements, rng);
}

const rotateY = ([x, y, z]: Vector, angle: number): Vector => [
  x * Math.cos(angle) + z * Math.sin(angle),
  y,
  -x * Math.sin(angle) + z * Math.cos(angle)
];

function chainOf(elements: Element[], rng: Rng): Fold {
  const points: Vector[] = [];
  const secondary: number[] = [];
  let previous: Element | undefined;
  for (const element of elements) {
    const residues = trace(element, rng);
    if (previous) {
      const loop = connect(points[points.length - 1], previous.along, residues[0], element.along);
      for (const p of loop) {
        points.push(p);
        secondary.push(LOOP);
      }
    }
    for (const p of residues) {
      points.push(p);
      secondary.push(element.kind === "H" ? HELIX : STRAND);
    }
    previous = element;
  }
  const n = points.length;
  const centre = [0, 1, 2].map((a) => points.reduce((sum, p) => sum + p[a], 0) / n);
  return {
    n,
    positions: Float64Array.from({length: 3 * n}, (_, i) => points[Math.floor(i / 3)][i % 3] - centre[i % 3]),
    secondary: Uint8Array.from(secondary)
  };
}

/** The C-alphas of a helix or a strand. */
function trace({kind, start, along, normal, residues}: Element, rng: Rng): Vector[] {
  const side: Vector = [
    along[1] * normal[2] - along[2] * normal[1],
    along[2] * normal[0] - along[0] * normal[2],
    along[0] * normal[1] - along[1] * normal[0]
  ];
  const phase = 2 * Math.PI * rng.uniform();
  return Array.from({length: residues}, (_, i) => {
    const z = i * RISE[kind];
    const turn = phase + (i * 100 * Math.PI) / 180;
    const u = kind === "H" ? 2.3 * Math.cos(turn) : i % 2 ? 0.95 : -0.95;
    const v = kind === "H" ? 2.3 * Math.sin(turn) : 0;
    return [0, 1, 2].map((a) => start[a] + z * along[a] + u * normal[a] + v * side[a]) as Vector;
  });
}

/** A loop from the end of one element to the start of the next: a cubic that leaves and arrives along their axes. */
function connect(from: Vector, out: Vector, to: Vector, into: Vector): Vector[] {
  const handle = 3 + 0.5 * Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
  const at = (t: number): Vector =>
    [0, 1, 2].map(
      (a) =>
        (1 - t) ** 3 * from[a] +
        3 * (1 - t) ** 2 * t * (from[a] + handle * out[a]) +
        3 * (1 - t) * t * t * (to[a] - handle * into[a]) +
        t ** 3 * to[a]
    ) as Vector;
  const steps = 200;
  const lengths = [0];
  for (let s = 1, last = from; s <= steps; ++s) {
    const p = at(s / steps);
    lengths.push(lengths[s - 1] + Math.hypot(p[0] - last[0], p[1] - last[1], p[2] - last[2]));
    last = p;
  }
  const residues = Math.max(1, Math.round(lengths[steps] / CA_DISTANCE) - 1);
  return Array.from({length: residues}, (_, i) => {
    const target = (lengths[steps] * (i + 1)) / (residues + 1);
    return at(lengths.findIndex((l) => l >= target) / steps);
  });
}
