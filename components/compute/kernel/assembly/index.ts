// The CPU kernel: what a residual MLP needs to run and to learn, in float32 on 128-bit SIMD, on raw pointers.
//
// Layouts (`formats` of memory, known to ../layout.ts too):
//   activations  X  [rows/8][columns][8]   8 rows side by side, so every vector is 4 rows of one column;
//                                          `ldx` is the distance between panels of 8 rows in bytes, a little more
//                                          than columns * 32 (see panelStride in ../layout.ts).
//   weights      W  [out/4][in][4]         4 outputs side by side, then a bias of [out]
//   transposed   Wt [in/4][out][4]         for the gradient with respect to the input
// Rows are padded to 8, columns to 4; padding of weights is zero and stays zero.
//
// Every tile below keeps 8 accumulators and does one step an iteration: wider tiles spill registers. A row of tiles is one
// exported function: exported, so that the optimiser does not inline and unroll it, which spills too; a row, since calls
// of a function for each tile took 5% (with multiply and add, 8%) of the time.

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** A panel of 8 rows of Y = X W + bias (+ R), 4 columns at a time: r = 0 for none. */
export function panel(x0: usize, w: usize, bias: usize, r: usize, y: usize, k: i32, outputs: i32): void {
  const last = y + (<usize>outputs << 5), ldw = <usize>k << 4;
  while (y < last) {
    let a0 = v128.load32_splat(bias), a1 = a0;
    let b0 = v128.load32_splat(bias, 4), b1 = b0;
    let c0 = v128.load32_splat(bias, 8), c1 = c0;
    let d0 = v128.load32_splat(bias, 12), d1 = d0;
    if (r) {
      a0 = f32x4.add(a0, v128.load(r)); a1 = f32x4.add(a1, v128.load(r, 16));
      b0 = f32x4.add(b0, v128.load(r, 32)); b1 = f32x4.add(b1, v128.load(r, 48));
      c0 = f32x4.add(c0, v128.load(r, 64)); c1 = f32x4.add(c1, v128.load(r, 80));
      d0 = f32x4.add(d0, v128.load(r, 96)); d1 = f32x4.add(d1, v128.load(r, 112));
      r += 128;
    }
    let x = x0;
    const end = w + ldw;
    while (w < end) {
      const u = v128.load(x), v = v128.load(x, 16);
      let s = v128.load32_splat(w);
      a0 = madd(u, s, a0); a1 = madd(v, s, a1);
      s = v128.load32_splat(w, 4);
      b0 = madd(u, s, b0); b1 = madd(v, s, b1);
      s = v128.load32_splat(w, 8);
      c0 = madd(u, s, c0); c1 = madd(v, s, c1);
      s = v128.load32_splat(w, 12);
      d0 = madd(u, s, d0); d1 = madd(v, s, d1);
      x += 32;
      w += 16;
    }
    v128.store(y, a0); v128.store(y, a1, 16);
    v128.store(y, b0, 32); v128.store(y, b1, 48);
    v128.store(y, c0, 64); v128.store(y, c1, 80);
    v128.store(y, d0, 96); v128.store(y, d1, 112);
    y += 128;
    bias += 16;
  }
}

/**
 * Y = X W + bias (+ R). `outer` = 1 walks the weights once (for weights larger than the second-level cache), 0 the rows.
 * With Wt for W, dX = dY W^T.
 */
export function affine(
  x: usize, ldx: usize, w: usize, bias: usize, r: usize, ldr: usize, y: usize, ldy: usize,
  panels: i32, inputs: i32, outputs: i32, outer: i32
): void {
  const step = outer ? 4 : outputs;
  for (let n = 0; n < outputs; n += step) {
    const from = w + (<usize>n * inputs << 2), at = <usize>n << 5;
    for (let p: usize = 0; p < <usize>panels; ++p)
      panel(x + p * ldx, from, bias + (<usize>n << 2), r ? r + p * ldr + at : 0, y + p * ldy + at, inputs, step);
  }
}

// The four sums of lanes of a, b, c, d, in order.
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** 4 outputs of G += X^T dY, summed over all rows, 2 inputs at a time: g points at [inputs][4]. */
export function gradientColumns(x: usize, ldx: usize, dy: usize, ldy: usize, g: usize, panels: i32, inputs: i32): void {
  const rows = <usize>panels * ldx, last = g + (<usize>inputs << 4);
  while (g < last) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    for (let half: usize = 0; half < 32; half += 16) {
      let from = x + half, to = dy + half;
      const end = from + rows;
      while (from < end) {
        const x0 = v128.load(from), x1 = v128.load(from, 32);
        let v = v128.load(to);
        a0 = madd(x0, v, a0); b0 = madd(x1, v, b0);
        v = v128.load(to, 32);
        a1 = madd(x0, v, a1); b1 = madd(x1, v, b1);
        v = v128.load(to, 64);
        a2 = madd(x0, v, a2); b2 = madd(x1, v, b2);
        v = v128.load(to, 96);
        a3 = madd(x0, v, a3); b3 = madd(x1, v, b3);
        from += ldx;
        to += ldy;
      }
    }
    v128.store(g, f32x4.add(v128.load(g), sums(a0, a1, a2, a3)));
    v128.store(g, f32x4.add(v128.load(g, 16), sums(b0, b1, b2, b3)), 16);
    x += 64;
    g += 32;
  }
}

/** Adds X^T dY to the gradient of the weights, in their own layout, and the column sums of dY to that of the bias. */
export function gradient(
  x: usize, ldx: usize, dy: usize, ldy: usize, g: usize, gBias: usize, panels: i32, inputs: i32, outputs: i32
): void {
  // Blocks of 16 inputs stay in the first-level cache while dY passes by.
  for (let block: usize = 0; block < <usize>inputs; block += 16) {
    const end = min<usize>(block + 16, inputs);
    for (let n: usize = 0; n < <usize>outputs; n += 4) {
      const to = g + ((n * inputs) << 2) + (block << 4);
      gradientColumns(x + (block << 5), ldx, dy + (n << 5), ldy, to, panels, <i32>(end - block));
    }
  }
  for (let n: usize = 0; n < <usize>outputs; n += 4) {
    let a = f32x4.splat(0), b = a, c = a, d = a, at = dy + (n << 5);
    for (let p = 0; p < panels; ++p, at += ldy) {
      a = f32x4.add(a, f32x4.add(v128.load(at), v128.load(at, 16)));
      b = f32x4.add(b, f32x4.add(v128.load(at, 32), v128.load(at, 48)));
      c = f32x4.add(c, f32x4.add(v128.load(at, 64), v128.load(at, 80)));
      d = f32x4.add(d, f32x4.add(v128.load(at, 96), v128.load(at, 112)));
    }
    const to = gBias + (n << 2);
    v128.store(to, f32x4.add(v128.load(to), sums(a, b, c, d)));
  }
}

/** Wt from W: [out/4][in][4] to [in/4][out][4]. */
export function transpose(w: usize, wt: usize, inputs: i32, outputs: i32): void {
  for (let n: usize = 0; n < <usize>outputs; n += 4)
    for (let k: usize = 0; k < <usize>inputs; k += 4) {
      const from = w + (n * inputs + (k << 2) << 2), to = wt + (k * outputs + (n << 2) << 2);
      const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16);
      v128.store(to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 32);
      v128.store(to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 48);
    }
}

/** ReLU in place; the derivative goes to d unless d = 0. `bytes` is a multiple of 16. */
export function relu(y: usize, d: usize, bytes: usize): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = v128.load(y + i), positive = f32x4.gt(v, zero);
    v128.store(y + i, v128.and(v, positive));
    if (d) v128.store(d + i, v128.and(one, positive));
  }
}

// Constants of the loops below, read from memory before each loop: as literals they would be built anew, four instructions
// each, in every iteration (SiLU took 25 cycles a vector so).
const CONSTANTS = memory.data<f32>([
  87, -1.44269504, 12582912, 0.693359375, -2.12194440e-4,
  -8.289887569844723e-3, 4.1900236159563065e-2, -0.16667655110359192, 0.4999913275241852, -0.9999997019767761, 1,
  0.636619772, -1.5703125, -4.837512969970703125e-4, -7.549789948768648e-8,
  -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5
]);
// @ts-ignore: decorator
@inline
function constant(i: usize): v128 {
  return v128.load32_splat(CONSTANTS + (i << 2));
}

/** First byte of memory that the kernel does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}

/**
 * SiLU, x sigmoid(x), in place; the derivative goes to d unless d = 0. exp(-x), relative error 2e-7: x = -n ln 2 + r, a
 * minimax polynomial for exp(-r) on |r| <= ln(2)/2, n added to its exponent. n is rounded by adding 1.5 * 2^23, which
 * leaves it in the low bits: conversions to integers are slow in SIMD.
 */
export function silu(y: usize, d: usize, bytes: usize): void {
  const most = constant(0), least = f32x4.neg(most), log2e = constant(1), magic = constant(2);
  const ln2 = constant(3), ln2Rest = constant(4);
  const c5 = constant(5), c4 = constant(6), c3 = constant(7), c2 = constant(8), c1 = constant(9), one = constant(10);
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(y + i), v = f32x4.pmax(least, f32x4.pmin(most, x));
    const bits = madd(v, log2e, magic), n = f32x4.sub(bits, magic);
    const r = madd(n, ln2Rest, madd(n, ln2, v));
    let p = madd(c5, r, c4);
    p = madd(p, r, c3);
    p = madd(p, r, c2);
    p = madd(p, r, c1);
    p = madd(p, r, one);
    const e = i32x4.add(p, i32x4.shl(bits, 23)); // exp(-x)
    const s = f32x4.div(one, f32x4.add(one, e)), out = f32x4.mul(x, s);
    v128.store(y + i, out);
    if (d) v128.store(d + i, madd(out, f32x4.sub(one, s), s)); // s + x s (1 - s)
  }
}

/** Y = X + v, the vector v added to every row: what z adds to a first layer whose other inputs stay the same. */
export function shift(x: usize, v: usize, y: usize, ld: usize, panels: i32, columns: i32): void {
  for (let p = 0; p < panels; ++p, x += ld, y += ld)
    for (let c: usize = 0; c < <usize>columns; ++c) {
      const a = v128.load32_splat(v + (c << 2)), at = c << 5;
      v128.store(y + at, f32x4.add(v128.load(x + at), a));
      v128.store(y + at, f32x4.add(v128.load(x + at, 16), a), 16);
    }
}

/** y *= x, element by element. */
export function multiply(y: usize, x: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, f32x4.mul(v128.load(y + i), v128.load(x + i)));
}

/**
 * Positional encoding: sin and cos of k . f for 8 rows a panel. `coords` [panels][3][8], `table` holds, for each
 * frequency, fx, fy, fz (f32) and the columns of sine and cosine in x (i32, i32).
 * Range reduction by pi/2 in two parts, minimax polynomials on [-pi/4, pi/4] (absolute error 1e-7 up to |k . f| = 1e3).
 */
export function encode(coords: usize, table: usize, count: i32, x: usize, ldx: usize, panels: i32): void {
  const twoOverPi = constant(11), magic = constant(2), part1 = constant(12), part2 = constant(13), part3 = constant(14);
  const s3 = constant(15), s2 = constant(16), s1 = constant(17), c3 = constant(18), c2 = constant(19), c1 = constant(20);
  const half = constant(21), one = constant(10);
  for (let p = 0; p < panels; ++p, x += ldx, coords += 96) {
    for (let side: usize = 0; side < 32; side += 16) {
      const kx = v128.load(coords + side), ky = v128.load(coords + side, 32), kz = v128.load(coords + side, 64);
      let at = table;
      for (let f = 0; f < count; ++f, at += 20) {
        const v = madd(kz, v128.load32_splat(at, 8), madd(ky, v128.load32_splat(at, 4), f32x4.mul(kx, v128.load32_splat(at))));
        const q = madd(v, twoOverPi, magic), n = f32x4.sub(q, magic); // rounded as in silu; q's low bits are the quadrant
        const r = madd(n, part3, madd(n, part2, madd(n, part1, v))), r2 = f32x4.mul(r, r);
        let s = madd(s3, r2, s2);
        s = madd(s, r2, s1);
        s = madd(f32x4.mul(s, r2), r, r);
        let c = madd(c3, r2, c2);
        c = madd(c, r2, c1);
        c = madd(f32x4.mul(c, r2), r2, madd(r2, half, one));
        const odd = i32x4.shr_s(i32x4.shl(q, 31), 31);
        const sine = v128.bitselect(c, s, odd), cosine = v128.bitselect(s, c, odd);
        // sine is negative in quadrants 2 and 3, where q's second bit is set, cosine in 1 and 2, where that and the first differ
        const sign = i32x4.shl(i32x4.shr_u(q, 1), 31);
        v128.store(x + (<usize>load<i32>(at, 12) << 5) + side, v128.xor(sine, sign));
        v128.store(x + (<usize>load<i32>(at, 16) << 5) + side, v128.xor(cosine, v128.xor(sign, i32x4.shl(q, 31))));
      }
    }
  }
}

/** Adam (Kingma and Ba 2014) on a flat vector of `count` parameters (a multiple of 4); `rate` has the bias correction of m, `c2` that of v. */
export function adam(
  w: usize, g: usize, m: usize, v: usize, count: i32, rate: f32, beta1: f32, beta2: f32, c2: f32, eps: f32
): void {
  const b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2), a1 = f32x4.splat(1 - beta1), a2 = f32x4.splat(1 - beta2);
  const lr = f32x4.splat(rate), s = f32x4.splat(c2), e = f32x4.splat(eps);
  for (let i: usize = 0, n = <usize>count << 2; i < n; i += 16) {
    const d = v128.load(g + i);
    const first = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(a1, d));
    const second = f32x4.add(f32x4.mul(b2, v128.load(v + i)), f32x4.mul(a2, f32x4.mul(d, d)));
    v128.store(m + i, first);
    v128.store(v + i, second);
    const step = f32x4.div(f32x4.mul(lr, first), f32x4.add(f32x4.sqrt(f32x4.mul(second, s)), e));
    v128.store(w + i, f32x4.sub(v128.load(w + i), step));
  }
}

/** y += a (x - y): an exponential moving average. */
export function blend(y: usize, x: usize, count: i32, a: f32): void {
  const s = f32x4.splat(a);
  for (let i: usize = 0, n = <usize>count << 2; i < n; i += 16) {
    const v = v128.load(y + i);
    v128.store(y + i, f32x4.add(v, f32x4.mul(s, f32x4.sub(v128.load(x + i), v))));
  }
}

/** y += x, element by element. */
export function add(y: usize, x: usize, count: i32): void {
  for (let i: usize = 0, n = <usize>count << 2; i < n; i += 16) v128.store(y + i, f32x4.add(v128.load(y + i), v128.load(x + i)));
}
