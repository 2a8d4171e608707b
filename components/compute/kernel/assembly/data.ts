// The kernel of the exact denoiser of a data set: the softmax over its points, in float64 on 128-bit SIMD and raw pointers.
// Plain SIMD alone, so that an answer is the same to the last bit on every machine.
//
// Layouts (known to ../dataKernel.ts too), all float64:
//   points  [leaf][8 blocks][d][8]     64 points that lie close together; in a block 8 points side by side
//   boxes   [leaf / 2][d][2 low, 2 high]   the ends of the box around each leaf's points, two leaves side by side
//   scratch [d][2] sums of points, then [64] squared distances, then [leaves] those of boxes
// Room that holds no point or leaf lies so far away that its weight is 0.

/** Shares below exp(-40) of the largest add nothing in float64. */
const NOTHING: f64 = -40;

/** exp of two numbers of at most 0; 0 below NOTHING. Within 2 units of the last place. */
// @ts-ignore: decorator
@inline
function share(l: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(l, f64x2.splat(1.4426950408889634)));
  let r = f64x2.sub(l, f64x2.mul(n, f64x2.splat(6.93147180369123816490e-1)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.90821492927058770002e-10)));
  // sum of r^k / k! up to 12, for |r| <= ln 2 / 2
  let p = f64x2.splat(1.0 / 479001600.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  const power = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  const two = i64x2.shl(i64x2.add(power, i64x2.splat(1023)), 52);
  return v128.and(f64x2.mul(p, two), f64x2.gt(l, f64x2.splat(NOTHING)));
}

/** Squared distances of x to the box of each leaf; the nearest leaf. */
function toBoxes(x: usize, boxes: usize, leaves: i32, d: i32, out: usize): i32 {
  let least = Infinity, nearest = 0, at = boxes;
  const end = x + (<usize>d << 3);
  for (let leaf = 0; leaf < leaves; leaf += 2, out += 16) {
    let q = f64x2.splat(0);
    for (let c = x; c < end; c += 8, at += 32) {
      const v = v128.load64_splat(c);
      const away = f64x2.max(f64x2.sub(v128.load(at), v), f64x2.sub(v, v128.load(at, 16)));
      const beyond = f64x2.max(away, f64x2.splat(0));
      q = f64x2.add(q, f64x2.mul(beyond, beyond));
    }
    v128.store(out, q);
    const a = f64x2.extract_lane(q, 0), b = f64x2.extract_lane(q, 1);
    if (a < least) { least = a; nearest = leaf; }
    if (b < least) { least = b; nearest = leaf + 1; }
  }
  return nearest;
}

/** Squared distances of x to the 64 points of a leaf; the least. */
function toPoints(x: usize, at: usize, d: i32, out: usize): f64 {
  let least = f64x2.splat(Infinity);
  const end = x + (<usize>d << 3), last = out + 512;
  for (; out < last; out += 64) {
    let a = f64x2.splat(0), b = a, c = a, e = a;
    for (let component = x; component < end; component += 8, at += 64) {
      const v = v128.load64_splat(component);
      let u = f64x2.sub(v128.load(at), v);
      a = f64x2.add(a, f64x2.mul(u, u));
      u = f64x2.sub(v128.load(at, 16), v);
      b = f64x2.add(b, f64x2.mul(u, u));
      u = f64x2.sub(v128.load(at, 32), v);
      c = f64x2.add(c, f64x2.mul(u, u));
      u = f64x2.sub(v128.load(at, 48), v);
      e = f64x2.add(e, f64x2.mul(u, u));
    }
    v128.store(out, a); v128.store(out, b, 16); v128.store(out, c, 32); v128.store(out, e, 48);
    least = f64x2.pmin(least, f64x2.pmin(f64x2.pmin(a, b), f64x2.pmin(c, e)));
  }
  return min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/** Adds the points of a leaf, weighted, to `sums`, and returns their weights; distances are in units over `best`. */
function addPoints(at: usize, distances: usize, d: i32, steep: f64, best: f64, sums: usize): v128 {
  let total = f64x2.splat(0);
  const slope = f64x2.splat(steep), nearest = f64x2.splat(best), block = <usize>d << 6;
  const last = distances + 512, end = sums + (<usize>d << 4);
  for (; distances < last; distances += 64, at += block) {
    const la = f64x2.mul(f64x2.sub(nearest, v128.load(distances)), slope);
    const lb = f64x2.mul(f64x2.sub(nearest, v128.load(distances, 16)), slope);
    const lc = f64x2.mul(f64x2.sub(nearest, v128.load(distances, 32)), slope);
    const le = f64x2.mul(f64x2.sub(nearest, v128.load(distances, 48)), slope);
    const most = f64x2.pmax(f64x2.pmax(la, lb), f64x2.pmax(lc, le));
    if (!v128.any_true(f64x2.gt(most, f64x2.splat(NOTHING)))) continue;
    const a = share(la), b = share(lb), c = share(lc), e = share(le);
    total = f64x2.add(total, f64x2.add(f64x2.add(a, b), f64x2.add(c, e)));
    let p = at;
    for (let sum = sums; sum < end; sum += 16, p += 64) {
      const ab = f64x2.add(f64x2.mul(a, v128.load(p)), f64x2.mul(b, v128.load(p, 16)));
      const ce = f64x2.add(f64x2.mul(c, v128.load(p, 32)), f64x2.mul(e, v128.load(p, 48)));
      v128.store(sum, f64x2.add(v128.load(sum), f64x2.add(ab, ce)));
    }
  }
  return total;
}

/**
 * The mean of the points [d], each weighted with exp(-steep |x - point|^2), to `out`. Leaves whose box is so far that none of
 * their points counts beside the nearest found so far are left out; what has been added is scaled down when a nearer one is found.
 */
export function denoise(
  x: usize, out: usize, points: usize, boxes: usize, leaves: i32, d: i32, steep: f64, scratch: usize
): void {
  const sums = scratch, distances = sums + (<usize>d << 4), away = distances + 512;
  const size = <usize>d << 9, reach = -NOTHING / steep;
  for (let k: usize = 0; k < <usize>d << 4; k += 16) v128.store(sums + k, f64x2.splat(0));
  const first = toBoxes(x, boxes, leaves, d, away);
  let best = Infinity, total = f64x2.splat(0);
  for (let i = -1; i < leaves; ++i) {
    const leaf = i < 0 ? first : i;
    if (i === first || !(load<f64>(away + (<usize>leaf << 3)) <= best + reach)) continue;
    const at = points + <usize>leaf * size;
    const least = toPoints(x, at, d, distances);
    if (least < best) {
      const shrink = share(f64x2.splat((least - best) * steep));
      total = f64x2.mul(total, shrink);
      for (let k: usize = 0; k < <usize>d << 4; k += 16)
        v128.store(sums + k, f64x2.mul(v128.load(sums + k), shrink));
      best = least;
    }
    total = f64x2.add(total, addPoints(at, distances, d, steep, best, sums));
  }
  const whole = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  for (let k: usize = 0; k < <usize>d; ++k) {
    const sum = v128.load(sums + (k << 4));
    store<f64>(out + (k << 3), (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / whole);
  }
}

/** First address that is free. */
export function heapBase(): usize {
  return __heap_base;
}
