import type {Vector} from "../../cryoem/structure.js";

/**
 * Turns by dragging a sphere that fills the element (Shoemake 1992): the point of the sphere under the pointer stays under it;
 * from beyond its rim it is rolled in the plane. Axes are those of images: x right, y down, z away from the reader.
 */
export function arcball(element: HTMLElement, onTurn: (turn: Float64Array) => void): void {
  let last: Vector | undefined;
  const point = (event: PointerEvent): Vector => {
    const {left, top, width, height} = element.getBoundingClientRect();
    const x = (2 * (event.clientX - left)) / width - 1;
    const y = (2 * (event.clientY - top)) / height - 1;
    const r = Math.hypot(x, y);
    return r < 1 ? [x, y, -Math.sqrt(1 - r * r)] : [x / r, y / r, 0];
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    last = point(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (!last) return;
    const now = point(event);
    onTurn(rotationBetween(last, now));
    last = now;
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (last = undefined));
}

/** The smallest rotation that carries one unit vector to another, 3 x 3 row-major. */
export function rotationBetween(a: Vector, b: Vector): Float64Array {
  const v = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const c = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const k = 1 / (1 + Math.max(c, -0.999999));
  const [x, y, z] = v;
  return Float64Array.of(
    c + k * x * x,
    k * x * y - z,
    k * x * z + y,
    k * x * y + z,
    c + k * y * y,
    k * y * z - x,
    k * x * z - y,
    k * y * z + x,
    c + k * z * z
  );
}

/** The product of two matrices, 3 x 3 row-major. */
export function multiply(A: ArrayLike<number>, B: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; ++i)
    for (let j = 0; j < 3; ++j) for (let k = 0; k < 3; ++k) out[3 * i + j] += A[3 * i + k] * B[3 * k + j];
  return out;
}
