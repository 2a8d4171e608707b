/**
 * Marching cubes (Lorensen and Cline 1987) with shared vertices. The case table is not typed in but derived: on each face
 * of a cell the surface separates every run of inside corners from the rest, a rule that depends on the face alone, so
 * that neighbouring cells always agree and the surface has no holes.
 */
export interface Isosurface {
  /** [vertices, 3], x y z in the unit of `voxelSize`; the origin is voxel D/2 on each axis, as in the map. */
  positions: Float32Array;
  /** [vertices, 3], unit vectors from dense to empty: the map's gradient, reversed. */
  normals: Float32Array;
  /** [triangles, 3], counter-clockwise seen from outside. */
  indices: Uint32Array;
}

// Corner c of a cell sits at (c & 1, c >> 1 & 1, c >> 2). An edge is the axis it runs along and the corner it starts from.
const faces = [
  [0, 4, 6, 2], // x = 0; each face counter-clockwise seen from outside the cell
  [1, 3, 7, 5], // x = 1
  [0, 1, 5, 4], // y = 0
  [2, 6, 7, 3], // y = 1
  [0, 2, 3, 1], // z = 0
  [4, 5, 7, 6] // z = 1
];
const edgeId = (a: number, b: number) => Math.log2(a ^ b) * 8 + Math.min(a, b);

/** For each of the 256 sets of inside corners, its triangles as triples of edges. */
const triangles: readonly number[][] = Array.from({length: 256}, (_, inside) => {
  const has = (corner: number) => (inside >> corner) & 1;
  const next = new Map<number, number>();
  for (const face of faces) {
    for (let i = 0; i < 4; ++i) {
      if (has(face[i]) || !has(face[(i + 1) % 4])) continue;
      let j = i + 1; // from the edge that enters a run of inside corners to the edge that leaves it
      while (has(face[(j + 1) % 4])) ++j;
      next.set(edgeId(face[i], face[(i + 1) % 4]), edgeId(face[j % 4], face[(j + 1) % 4]));
    }
  }
  const fan: number[] = [];
  for (const first of [...next.keys()]) {
    if (!next.has(first)) continue;
    const loop: number[] = [];
    for (let edge = first; next.has(edge);) {
      const following = next.get(edge)!;
      next.delete(edge);
      loop.push(edge);
      edge = following;
    }
    for (let k = 2; k < loop.length; ++k) fan.push(loop[0], loop[k - 1], loop[k]);
  }
  return fan;
});

/**
 * The surface where a map equals `level`. Outside its box the map counts as empty, so that the surface is always closed.
 * @param map [D, D, D], x fastest
 * @param D voxels a side
 * @param level in the unit of the map; what is above it is inside
 * @param voxelSize size of a voxel, 1 by default; Å give positions in Å
 */
export function isosurface(map: Float32Array, D: number, level: number, voxelSize = 1): Isosurface {
  if (map.length !== D ** 3) throw new RangeError(`map: found ${map.length} voxels; expected ${D}^3`);
  if (!Number.isFinite(level)) throw new RangeError(`level: found ${level}; expected a finite number`);
  const steps = [1, D, D * D];
  const at = (x: number, y: number, z: number) =>
    x < 0 || y < 0 || z < 0 || x >= D || y >= D || z >= D ? -Infinity : map[x + D * (y + D * z)];

  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  const N = D + 2; // the grid with one empty layer around it; grid point (x, y, z) has index 0 at x = -1
  const vertexOf = new Int32Array(3 * N ** 3).fill(-1);

  function slope(x: number, y: number, z: number, axis: number): number {
    const c = [x, y, z];
    const i = x + D * (y + D * z);
    return (map[c[axis] < D - 1 ? i + steps[axis] : i] - map[c[axis] > 0 ? i - steps[axis] : i]) / 2;
  }

  function vertex(axis: number, x: number, y: number, z: number): number {
    const key = 3 * (x + 1 + N * (y + 1 + N * (z + 1))) + axis;
    if (vertexOf[key] >= 0) return vertexOf[key];
    const p = [x, y, z];
    const q = [x + +(axis === 0), y + +(axis === 1), z + +(axis === 2)];
    const a = at(p[0], p[1], p[2]);
    const b = at(q[0], q[1], q[2]);
    // Where one end lies outside the box the surface caps the box at the other.
    const t = a === -Infinity ? 1 : b === -Infinity ? 0 : (level - a) / (b - a);
    const inner = a === -Infinity ? q : p;
    const outer = b === -Infinity ? p : q;
    const n = [0, 1, 2].map((k) => {
      const [from, to] = [slope(inner[0], inner[1], inner[2], k), slope(outer[0], outer[1], outer[2], k)];
      return from + t * (to - from);
    });
    const length = Math.hypot(n[0], n[1], n[2]) || 1;
    for (let k = 0; k < 3; ++k) {
      positions.push((p[k] + t * (q[k] - p[k]) - D / 2) * voxelSize);
      normals.push(-n[k] / length);
    }
    return (vertexOf[key] = positions.length / 3 - 1);
  }

  for (let z = -1; z < D; ++z) {
    for (let y = -1; y < D; ++y) {
      for (let x = -1; x < D; ++x) {
        let inside = 0;
        for (let c = 0; c < 8; ++c) {
          if (at(x + (c & 1), y + ((c >> 1) & 1), z + (c >> 2)) > level) inside |= 1 << c;
        }
        if (inside === 0 || inside === 255) continue;
        for (const edge of triangles[inside]) {
          const c = edge & 7;
          indices.push(vertex(edge >> 3, x + (c & 1), y + ((c >> 1) & 1), z + (c >> 2)));
        }
      }
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    indices: Uint32Array.from(indices)
  };
}
