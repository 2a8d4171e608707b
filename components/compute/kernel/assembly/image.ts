// The image kernel: what simulating cryo-EM images needs, on 128-bit SIMD and raw pointers. Plain SIMD alone, so that an image
// is the same to the last bit on every machine.
//
// Layouts (known to ../imageKernel.ts too), all float32 unless said:
//   plane     [D + 2 margin][stride]      float64: the projection, with room around it, so that no patch is clipped
//   spectrum  two of [D][columns]         real and imaginary parts; y (later ky) down, kx = 0 .. D/2 across
//   lines     re [n][4], im [n][4]        four lines side by side, so every vector is one point of four transforms
//   twiddles  [n] cosines, then [n] sines of 2 pi k / n
// Distances between rows are in bytes, and an odd number of cache lines, so that columns do not share cache sets.

export {project} from "./projection";

/**
 * The Fourier transforms of four lines, by Stockham's algorithm in passes of radix 4 and at last one of radix 2 where n is not a
 * power of 4. Returns where the result is: in a or in b. Real parts at the address, imaginary ones [n][4] after; the inverse
 * (without 1/n) is the same with the two parts exchanged, `re` and `im` being their offsets.
 */
function transform(a: usize, b: usize, n: i32, re: usize, im: usize, twiddles: usize): usize {
  let length = n, stride: usize = 16, root: usize = 4;
  const sines = <usize>n << 2;
  while (length >= 4) {
    const quarter = length >> 2, leap = stride * <usize>quarter;
    let from = a, to = b;
    for (let p = 0; p < quarter; ++p) {
      const w = twiddles + root * <usize>p;
      const c1 = v128.load32_splat(w), s1 = v128.load32_splat(w + sines);
      const w2 = w + root * <usize>p;
      const c2 = v128.load32_splat(w2), s2 = v128.load32_splat(w2 + sines);
      const w3 = w2 + root * <usize>p;
      const c3 = v128.load32_splat(w3), s3 = v128.load32_splat(w3 + sines);
      const end = from + stride;
      while (from < end) {
        const ar = v128.load(from + re), ai = v128.load(from + im);
        const br = v128.load(from + leap + re), bi = v128.load(from + leap + im);
        const cr = v128.load(from + 2 * leap + re), ci = v128.load(from + 2 * leap + im);
        const dr = v128.load(from + 3 * leap + re), di = v128.load(from + 3 * leap + im);
        const pr = f32x4.add(ar, cr), pi = f32x4.add(ai, ci), mr = f32x4.sub(ar, cr), mi = f32x4.sub(ai, ci);
        const qr = f32x4.add(br, dr), qi = f32x4.add(bi, di), lr = f32x4.sub(br, dr), li = f32x4.sub(bi, di);
        v128.store(to + re, f32x4.add(pr, qr));
        v128.store(to + im, f32x4.add(pi, qi));
        // Times exp(-i angle): (c - i s)(x + i y) = c x + s y + i (c y - s x).
        let xr = f32x4.add(mr, li), xi = f32x4.sub(mi, lr);
        v128.store(to + stride + re, f32x4.add(f32x4.mul(c1, xr), f32x4.mul(s1, xi)));
        v128.store(to + stride + im, f32x4.sub(f32x4.mul(c1, xi), f32x4.mul(s1, xr)));
        xr = f32x4.sub(pr, qr); xi = f32x4.sub(pi, qi);
        v128.store(to + 2 * stride + re, f32x4.add(f32x4.mul(c2, xr), f32x4.mul(s2, xi)));
        v128.store(to + 2 * stride + im, f32x4.sub(f32x4.mul(c2, xi), f32x4.mul(s2, xr)));
        xr = f32x4.sub(mr, li); xi = f32x4.add(mi, lr);
        v128.store(to + 3 * stride + re, f32x4.add(f32x4.mul(c3, xr), f32x4.mul(s3, xi)));
        v128.store(to + 3 * stride + im, f32x4.sub(f32x4.mul(c3, xi), f32x4.mul(s3, xr)));
        from += 16;
        to += 16;
      }
      to += 3 * stride;
    }
    const swap = a; a = b; b = swap;
    length = quarter;
    stride <<= 2;
    root <<= 2;
  }
  if (length < 2) return a;
  for (let q: usize = 0; q < stride; q += 16) {
    const ar = v128.load(a + q + re), ai = v128.load(a + q + im);
    const br = v128.load(a + q + stride + re), bi = v128.load(a + q + stride + im);
    v128.store(b + q + re, f32x4.add(ar, br));
    v128.store(b + q + im, f32x4.add(ai, bi));
    v128.store(b + q + stride + re, f32x4.sub(ar, br));
    v128.store(b + q + stride + im, f32x4.sub(ai, bi));
  }
  return b;
}

/** Copies 4 x 4 numbers, rows to columns. */
// @ts-ignore: decorator
@inline
function turn(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  turned(
    v128.load(from), v128.load(from + fromStride), v128.load(from + 2 * fromStride), v128.load(from + 3 * fromStride),
    to, toStride
  );
}

// @ts-ignore: decorator
@inline
function turned(a: v128, b: v128, c: v128, d: v128, to: usize, stride: usize): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + stride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * stride, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5));
  v128.store(to + 3 * stride, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7));
}

/** Four float64 as float32. */
// @ts-ignore: decorator
@inline
function single(from: usize): v128 {
  return v128.shuffle<f32>(
    f32x4.demote_f64x2_zero(v128.load(from)), f32x4.demote_f64x2_zero(v128.load(from, 16)), 0, 1, 4, 5
  );
}

/** The transforms along x of all rows, two real rows in one complex line: rows 0 .. 3 of eight with rows 4 .. 7. */
export function forwardRows(
  plane: usize, stride: usize, D: i32, spectrum: usize, row: usize, part: usize, a: usize, b: usize, twiddles: usize
): void {
  const im = <usize>D << 4;
  const half = f32x4.splat(0.5);
  for (let y = 0; y < D; y += 8) {
    const from = plane + <usize>y * stride;
    for (let x: usize = 0; x < <usize>D; x += 4) {
      const at = from + (x << 3), below = at + 4 * stride;
      turned(single(at), single(at + stride), single(at + 2 * stride), single(at + 3 * stride), a + (x << 4), 16);
      turned(
        single(below), single(below + stride), single(below + 2 * stride), single(below + 3 * stride),
        a + im + (x << 4), 16
      );
    }
    const z = transform(a, b, D, 0, im, twiddles), f = z == a ? b : a;
    // Column k of the first four rows goes to f, of the other four to Z itself, of which only D - k > D/2 is still needed.
    for (let k = 0; k <= D >> 1; ++k) {
      const p = z + (<usize>k << 4), m = z + (<usize>((D - k) & (D - 1)) << 4), to = f + (<usize>k << 4);
      const pr = v128.load(p), pi = v128.load(p + im), mr = v128.load(m), mi = v128.load(m + im);
      v128.store(to, f32x4.mul(half, f32x4.add(pr, mr)));
      v128.store(to + im, f32x4.mul(half, f32x4.sub(pi, mi)));
      v128.store(p, f32x4.mul(half, f32x4.add(pi, mi)));
      v128.store(p + im, f32x4.mul(half, f32x4.sub(mr, pr)));
    }
    const to = spectrum + <usize>y * row;
    for (let k: usize = 0; k <= <usize>D >> 1; k += 4) {
      turn(f + (k << 4), 16, to + (k << 2), row);
      turn(f + im + (k << 4), 16, to + part + (k << 2), row);
      turn(z + (k << 4), 16, to + 4 * row + (k << 2), row);
      turn(z + im + (k << 4), 16, to + part + 4 * row + (k << 2), row);
    }
  }
}

/** sin x for |x| up to pi/2, to the last bits of a float32: its series. */
// @ts-ignore: decorator
@inline
function sine(x: v128): v128 {
  const q = f32x4.mul(x, x);
  let s = f32x4.add(f32x4.splat(-1 / 39916800.0), f32x4.mul(q, f32x4.splat(1 / 6227020800.0)));
  s = f32x4.add(f32x4.splat(1 / 362880.0), f32x4.mul(q, s));
  s = f32x4.add(f32x4.splat(-1 / 5040.0), f32x4.mul(q, s));
  s = f32x4.add(f32x4.splat(1 / 120.0), f32x4.mul(q, s));
  s = f32x4.add(f32x4.splat(-1 / 6.0), f32x4.mul(q, s));
  return f32x4.add(x, f32x4.mul(x, f32x4.mul(q, s)));
}

/** The phase at two frequencies less the nearest multiple of pi, with the sign that makes up for an odd one. */
// @ts-ignore: decorator
@inline
function reduced(phase: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(phase, f64x2.splat(1 / Math.PI)));
  const r = f64x2.sub(
    f64x2.sub(phase, f64x2.mul(n, f64x2.splat(3.140625))),
    f64x2.mul(n, f64x2.splat(9.676535897932384e-4))
  );
  const h = f64x2.mul(n, f64x2.splat(0.5));
  const odd = f64x2.sub(h, f64x2.floor(h)); // 0 or 1/2
  return f64x2.mul(r, f64x2.sub(f64x2.splat(1), f64x2.mul(odd, f64x2.splat(4))));
}

/**
 * Transforms all columns along y, multiplies them by gain * sin(phase), and transforms them back. The phase at (kx, ky) is
 * p0 + p1 kx^2 + p2 ky^2 + p3 kx ky + p4 (kx^2 + ky^2)^2.
 * @param gain [D][columns], envelope over D^2
 * @param phase float64 [5]
 */
export function filterColumns(
  spectrum: usize, row: usize, part: usize, gain: usize, D: i32, phase: usize, a: usize, b: usize, twiddles: usize
): void {
  const im = <usize>D << 4;
  const p0 = f64x2.splat(load<f64>(phase)), p1 = f64x2.splat(load<f64>(phase, 8)), p2 = load<f64>(phase, 16);
  const p3 = load<f64>(phase, 24), p4 = f64x2.splat(load<f64>(phase, 32));
  for (let k = 0; k <= D >> 1; k += 4) {
    const column = spectrum + (<usize>k << 2);
    for (let y = 0, at = column, to = a; y < D; ++y, at += row, to += 16) {
      v128.store(to, v128.load(at));
      v128.store(to + im, v128.load(at + part));
    }
    const f = transform(a, b, D, 0, im, twiddles);
    const other = f == a ? b : a;
    const x = f64x2.replace_lane(f64x2.splat(<f64>k), 1, <f64>(k + 1)), X = f64x2.add(x, f64x2.splat(2));
    const x2 = f64x2.mul(x, x), X2 = f64x2.mul(X, X);
    const first = f64x2.add(p0, f64x2.mul(p1, x2)), First = f64x2.add(p0, f64x2.mul(p1, X2));
    for (let y = 0, at = f, g = gain + (<usize>k << 2); y < D; ++y, at += 16, g += row) {
      const ky = <f64>(y < D >> 1 ? y : y - D);
      const y2 = f64x2.splat(ky * ky), across = f64x2.splat(p3 * ky), up = f64x2.splat(p2 * ky * ky);
      const s = f64x2.add(x2, y2), S = f64x2.add(X2, y2);
      const low = f64x2.add(
        f64x2.add(first, up), f64x2.add(f64x2.mul(across, x), f64x2.mul(p4, f64x2.mul(s, s)))
      );
      const high = f64x2.add(
        f64x2.add(First, up), f64x2.add(f64x2.mul(across, X), f64x2.mul(p4, f64x2.mul(S, S)))
      );
      const r = v128.shuffle<f32>(
        f32x4.demote_f64x2_zero(reduced(low)), f32x4.demote_f64x2_zero(reduced(high)), 0, 1, 4, 5
      );
      const factor = f32x4.mul(v128.load(g), sine(r));
      v128.store(at, f32x4.mul(factor, v128.load(at)));
      v128.store(at + im, f32x4.mul(factor, v128.load(at + im)));
    }
    const back = transform(f, other, D, im, 0, twiddles);
    for (let y = 0, at = column, from = back; y < D; ++y, at += row, from += 16) {
      v128.store(at, v128.load(from));
      v128.store(at + part, v128.load(from + im));
    }
  }
}

/** The transforms back along kx to the image [D][D]; its 1/D^2 is in the gain. `b` has room for twice as many lines. */
export function inverseRows(
  spectrum: usize, row: usize, part: usize, D: i32, image: usize, a: usize, b: usize, twiddles: usize
): void {
  const im = <usize>D << 4, line = <usize>D << 2;
  const side = <usize>(D >> 1) << 4; // where column D/2 is
  for (let y = 0; y < D; y += 8) {
    const from = spectrum + <usize>y * row;
    // Columns of the first four rows to b, of the other four behind it.
    for (let k: usize = 0; k <= <usize>D >> 1; k += 4) {
      turn(from + (k << 2), row, b + (k << 4), 16);
      turn(from + part + (k << 2), row, b + im + (k << 4), 16);
      turn(from + 4 * row + (k << 2), row, b + 2 * im + (k << 4), 16);
      turn(from + 4 * row + part + (k << 2), row, b + 3 * im + (k << 4), 16);
    }
    const zero = f32x4.splat(0);
    v128.store(b + im, zero); v128.store(b + 3 * im, zero);
    v128.store(b + im + side, zero); v128.store(b + 3 * im + side, zero);
    for (let k = 0; k <= D >> 1; ++k) {
      const p = b + (<usize>k << 4), to = a + (<usize>k << 4), opposite = a + (<usize>((D - k) & (D - 1)) << 4);
      const r1 = v128.load(p), i1 = v128.load(p + im), r2 = v128.load(p + 2 * im), i2 = v128.load(p + 3 * im);
      v128.store(opposite, f32x4.add(r1, i2));
      v128.store(opposite + im, f32x4.sub(r2, i1));
      v128.store(to, f32x4.sub(r1, i2));
      v128.store(to + im, f32x4.add(i1, r2));
    }
    const z = transform(a, b, D, im, 0, twiddles);
    const to = image + <usize>y * line;
    for (let x: usize = 0; x < <usize>D; x += 4) {
      turn(z + (x << 4), 16, to + (x << 2), line);
      turn(z + im + (x << 4), 16, to + 4 * line + (x << 2), line);
    }
  }
}

/** Where memory is free from. */
export function heapBase(): usize {
  return __heap_base;
}
