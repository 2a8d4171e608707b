// The projection of Gaussian scatterers for the image kernel (image.ts, which says how a plane is laid out).

// @ts-ignore: decorator
@inline
function step(x: v128, s: v128, k: f64): v128 {
  return f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.mul(x, f64x2.splat(1 / k)), s));
}

/** exp(x) in both lanes for |x| up to 1.1, to 1e-9: its series, 1 + x (1 + x/2 (1 + x/3 (...))). */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  let s = f64x2.add(f64x2.splat(1), f64x2.mul(x, f64x2.splat(1 / 12.0)));
  s = step(x, s, 11);
  s = step(x, s, 10);
  s = step(x, s, 9);
  s = step(x, s, 8);
  s = step(x, s, 7);
  s = step(x, s, 6);
  s = step(x, s, 5);
  s = step(x, s, 4);
  s = step(x, s, 3);
  s = step(x, s, 2);
  s = step(x, s, 1);
  return s;
}

/**
 * Adds the projections of Gaussian scatterers to the plane, each as an outer product of two rows of a Gaussian. In float64: a
 * pixel is the sum of hundreds, of which little is left once the CTF has taken the low frequencies away.
 * @param positions float64 [n, 3]
 * @param weights float64 [n], times the norm of both rows
 * @param matrix float64 [8]: the first two rows of the rotation over the pixel size, then the origin's x and y
 * @param origin address of pixel (0, 0) in the plane
 * @param reach where a Gaussian is cut off, pixels
 * @param half 1 / (2 s^2)
 * @param fall exp(-half)
 * @param scratch the two rows, float64 [2][room]: room for 2 reach + 16
 */
export function project(
  positions: usize, weights: usize, n: i32, matrix: usize, origin: usize, stride: usize, D: i32,
  reach: f64, half: f64, fall: f64, scratch: usize, room: usize
): void {
  const r0 = load<f64>(matrix), r1 = load<f64>(matrix, 8), r2 = load<f64>(matrix, 16), r3 = load<f64>(matrix, 24);
  const r4 = load<f64>(matrix, 32), r5 = load<f64>(matrix, 40), ox = load<f64>(matrix, 48), oy = load<f64>(matrix, 56);
  const curvature = f64x2.splat(fall * fall);
  const across = scratch, down = scratch + (room << 3);
  const middle = <i32>(room >> 1);
  const zero = f64x2.splat(0);
  for (let i = 0; i < n; ++i, positions += 24, weights += 8) {
    const cx = load<f64>(positions), cy = load<f64>(positions, 8), cz = load<f64>(positions, 16);
    const x = r0 * cx + r1 * cy + r2 * cz + ox, y = r3 * cx + r4 * cy + r5 * cz + oy;
    const x0 = <i32>Math.ceil(x - reach), x1 = <i32>Math.floor(x + reach);
    const y0 = <i32>Math.ceil(y - reach), y1 = <i32>Math.floor(y + reach);
    if (x1 < 0 || x0 >= D || y1 < 0 || y0 >= D) continue;
    // From the nearest pixel outwards: exp(-(t + 1)^2 / 2s^2) follows from exp(-t^2 / 2s^2) by two products. x and y side by side.
    const px = <i32>Math.floor(x + 0.5), py = <i32>Math.floor(y + 0.5);
    const t = f64x2.replace_lane(f64x2.splat(<f64>px - x), 1, <f64>py - y);
    const peak = f64x2.mul(
      exponential(f64x2.mul(f64x2.splat(-half), f64x2.mul(t, t))),
      f64x2.replace_lane(f64x2.splat(1), 1, load<f64>(weights))
    );
    const lean = exponential(f64x2.mul(f64x2.splat(-2 * half), t));
    let g = peak, ratio = f64x2.mul(f64x2.splat(fall), lean);
    let at = across + (<usize>middle << 3);
    const offset = down - across;
    for (let j = max(x1 - px, y1 - py); j >= 0; --j) {
      v128.store_lane<f64>(at, g, 0);
      v128.store_lane<f64>(at + offset, g, 1);
      g = f64x2.mul(g, ratio);
      ratio = f64x2.mul(ratio, curvature);
      at += 8;
    }
    g = peak;
    ratio = f64x2.div(f64x2.splat(fall), lean);
    at = across + (<usize>middle << 3);
    for (let j = max(px - x0, py - y0); j > 0; --j) {
      g = f64x2.mul(g, ratio);
      ratio = f64x2.mul(ratio, curvature);
      at -= 8;
      v128.store_lane<f64>(at, g, 0);
      v128.store_lane<f64>(at + offset, g, 1);
    }
    const width = x1 - x0 + 1;
    const row = across + (<usize>(middle + x0 - px) << 3);
    const end = row + (<usize>width << 3);
    for (let j: usize = 0; j < 80; j += 16) v128.store(end + j, zero);
    const column = down + (<usize>(middle + y0 - py) << 3);
    const last = column + (<usize>(y1 - y0 + 1) << 3);
    const corner = origin + <usize>(y0 * <i32>stride + (x0 << 3));
    // Ten columns at a time: as many as a Gaussian of 0.9 pixel has within 5 sigma.
    for (let j: usize = 0; j < <usize>width << 3; j += 80) {
      const a = v128.load(row + j), b = v128.load(row + j, 16), c = v128.load(row + j, 32);
      const d = v128.load(row + j, 48), e = v128.load(row + j, 64);
      let to = corner + j;
      for (let r = column; r < last; r += 8) {
        const s = v128.load64_splat(r);
        v128.store(to, f64x2.add(v128.load(to), f64x2.mul(a, s)));
        v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(b, s)), 16);
        v128.store(to, f64x2.add(v128.load(to, 32), f64x2.mul(c, s)), 32);
        v128.store(to, f64x2.add(v128.load(to, 48), f64x2.mul(d, s)), 48);
        v128.store(to, f64x2.add(v128.load(to, 64), f64x2.mul(e, s)), 64);
        to += stride;
      }
    }
  }
}
