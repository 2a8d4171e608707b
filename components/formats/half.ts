/**
 * 16-bit floats, as MRC mode 12, numpy's `f2` and safetensors' F16 and BF16 hold them: their bit patterns to and
 * from float32. Node 20 has no Float16Array.
 */
const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The value of one IEEE 754 binary16 pattern; exact. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

/** The binary16 pattern nearest to a float32 value, ties to even; beyond 65,519.99 it is infinity. */
export function toHalf(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 2^16 and beyond
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13); // normal: rebias 127 to 15
  if (magnitude < 0x33000000) return sign; // below half of the smallest subnormal, 2^-25
  const exponent = magnitude >>> 23;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** x / 2^shift, rounded to nearest, ties to even; a carry runs into the exponent, as it should. */
function roundShift(x: number, shift: number): number {
  const quotient = x >>> shift;
  const rest = x & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return quotient + (rest > tie || (rest === tie && quotient & 1) ? 1 : 0);
}

/** Binary16 patterns to float32 values. */
export function widenHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const table = halfTable();
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; ++i) values[i] = table[bits[i]];
  return values;
}

/** Float32 values to the nearest binary16 patterns. */
export function narrowToHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; ++i) bits[i] = toHalf(values[i]);
  return bits;
}

/** bfloat16 patterns (the upper half of a float32) to float32 values. */
export function widenBrain(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; ++i) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}

let table: Float32Array | undefined;

function halfTable(): Float32Array {
  return (table ??= Float32Array.from({length: 65536}, (_, bits) => fromHalf(bits)));
}
