/** Rows of the edges' index: points are sorted into as many stripes by height, so that each meets only the edges of its own. */
const STRIPES = 256;

/**
 * Whether points lie inside a closed polygon, by the parity of the edges to their right: of a polygon that crosses itself, what it goes
 * around twice is outside. In O(points + edges), a lasso around 300,000 points is a matter of milliseconds.
 * @param polygon corners [m, 2]; the last is joined to the first
 * @returns a test of one point; NaN is outside
 */
export function insidePolygon(polygon: ArrayLike<number>): (x: number, y: number) => boolean {
  const m = polygon.length / 2;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < m; ++i) {
    x0 = Math.min(x0, polygon[2 * i]);
    x1 = Math.max(x1, polygon[2 * i]);
    y0 = Math.min(y0, polygon[2 * i + 1]);
    y1 = Math.max(y1, polygon[2 * i + 1]);
  }
  if (m < 3 || !(y1 > y0)) return () => false;
  const stripes: number[][] = Array.from({length: STRIPES}, () => []);
  const stripe = (y: number) => Math.min(STRIPES - 1, Math.floor(((y - y0) / (y1 - y0)) * STRIPES));
  for (let i = 0; i < m; ++i) {
    const j = (i + 1) % m;
    const [ya, yb] = [polygon[2 * i + 1], polygon[2 * j + 1]];
    if (ya === yb) continue;
    const edge = [polygon[2 * i], ya, polygon[2 * j], yb];
    for (let s = stripe(Math.min(ya, yb)); s <= stripe(Math.max(ya, yb)); ++s) stripes[s].push(...edge);
  }
  const edges = stripes.map((stripe) => Float64Array.from(stripe));
  return (x, y) => {
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return false;
    const near = edges[stripe(y)];
    let inside = false;
    for (let k = 0; k < near.length; k += 4) {
      const [xa, ya, xb, yb] = [near[k], near[k + 1], near[k + 2], near[k + 3]];
      if (ya > y !== yb > y && x < xa + ((xb - xa) * (y - ya)) / (yb - ya)) inside = !inside;
    }
    return inside;
  };
}
