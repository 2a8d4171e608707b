/** The vector form of pictures that are drawn on a canvas: the same drawing, by a pen that writes SVG. */
const makers = new WeakMap<HTMLCanvasElement, () => SVGSVGElement | undefined>();

/** Tells how a canvas's picture is made as SVG; undefined while there is none. */
export function offerVector(canvas: HTMLCanvasElement, make: () => SVGSVGElement | undefined): void {
  makers.set(canvas, make);
}

export const hasVector = (canvas: HTMLCanvasElement): boolean => makers.has(canvas);

/** What a canvas shows, as SVG, with its description. */
export function vectorOf(canvas: HTMLCanvasElement): SVGSVGElement | undefined {
  const picture = makers.get(canvas)?.();
  const label = canvas.getAttribute("aria-label");
  if (picture && label) picture.setAttribute("aria-label", label);
  return picture;
}
