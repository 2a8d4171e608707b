/**
 * The one seeded generator behind everything random here: data, initial weights, batches, sampling. xoshiro128**
 * (Blackman and Vigna 2018), seeded through splitmix32, so that any list of integers names an independent stream:
 * `random(seed, image)` gives image number `image` the same draws whichever worker makes it.
 */
export interface Rng {
  /** Uniform on [0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Fills `out` with standard normals, and returns it. */
  fillNormal<T extends Float32Array | Float64Array>(out: T): T;
  /** Shuffles in place (Fisher and Yates), and returns it. */
  shuffle<T extends {[i: number]: number; length: number}>(items: T): T;
  /** Begins another stream, as `random(seed, ...stream)` would, without making a new generator: returns itself. */
  restart(seed: number, ...stream: number[]): Rng;
  /** The generator's whole state, to checkpoint; `restore` takes it back. */
  state(): number[];
}

const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k));

// Splitmix32: its state moves on by GAMMA, its output is the mixed state.
const GAMMA = 0x9e3779b9;
function mix(a: number): number {
  let t = a ^ (a >>> 16);
  t = Math.imul(t, 0x21f0aaad);
  t ^= t >>> 15;
  t = Math.imul(t, 0x735a2d97);
  return (t ^ (t >>> 15)) >>> 0;
}

/** What names a stream, as one 32-bit number. */
function mixed(seed: number, stream: readonly number[]): number {
  if (!Number.isFinite(seed)) throw new RangeError(`seed: found ${seed}; expected a finite number`);
  let m = mix((Math.trunc(seed) + GAMMA) | 0);
  for (const index of stream) m = mix(((m ^ Math.imul(index + 1, 0x85ebca6b)) + GAMMA) | 0);
  return m;
}

/**
 * A generator for a seed and any number of stream indices.
 * @param seed any finite number; its integer part is used
 * @param stream integers that name an independent stream of that seed
 */
export const random = (seed: number, ...stream: number[]): Rng =>
  generator([0, 0, 0, 0, NaN]).restart(seed, ...stream);

/** The generator whose `state()` was saved. */
export function restore(state: readonly number[]): Rng {
  if (state.length !== 5) throw new RangeError(`random state: found ${state.length} numbers; expected 5`);
  return generator(state);
}

function generator(from: readonly number[]): Rng {
  let a = from[0] | 0;
  let b = from[1] | 0;
  let c = from[2] | 0;
  let d = from[3] | 0;
  let spare = from[4];

  function bits(): number {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  }
  const uniform = () => bits() * 2 ** -32;
  function normal(): number {
    if (spare === spare) {
      const saved = spare;
      spare = NaN;
      return saved;
    }
    let u: number, v: number, s: number;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    spare = v * scale;
    return u * scale;
  }
  const integer = (n: number) => Math.floor(uniform() * n);
  const self: Rng = {
    restart(seed, ...stream) {
      let m = mixed(seed, stream) | 0;
      a = mix((m = (m + GAMMA) | 0)) | 0;
      b = mix((m = (m + GAMMA) | 0)) | 0;
      c = mix((m = (m + GAMMA) | 0)) | 0;
      d = mix((m + GAMMA) | 0) | 0;
      spare = NaN;
      return self;
    },
    uniform,
    normal,
    integer,
    fillNormal(out) {
      // `normal`, with the state in local variables: twice as fast, and noise is a third of simulating an image.
      let i = 0;
      if (spare === spare && out.length) {
        out[i++] = spare;
        spare = NaN;
      }
      let [p, q, r, s] = [a, b, c, d];
      while (i < out.length) {
        let u: number, v: number, square: number;
        do {
          const first = Math.imul(rotl(Math.imul(q, 5), 7), 9) >>> 0;
          let t = q << 9;
          r ^= p;
          s ^= q;
          q ^= r;
          p ^= s;
          r ^= t;
          s = rotl(s, 11);
          const second = Math.imul(rotl(Math.imul(q, 5), 7), 9) >>> 0;
          t = q << 9;
          r ^= p;
          s ^= q;
          q ^= r;
          p ^= s;
          r ^= t;
          s = rotl(s, 11);
          u = first * 2 ** -31 - 1;
          v = second * 2 ** -31 - 1;
          square = u * u + v * v;
        } while (square >= 1 || square === 0);
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        out[i++] = u * scale;
        if (i < out.length) out[i++] = v * scale;
        else spare = v * scale;
      }
      [a, b, c, d] = [p, q, r, s];
      return out;
    },
    shuffle(items) {
      for (let i = items.length - 1; i > 0; --i) {
        const j = integer(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
    state: () => [a, b, c, d, spare]
  };
  return self;
}
