/** What draws values: an element, and a function that draws on it. The same one stands on a page and in a reader's cell. */
export interface Painter<V> {
  element: HTMLElement | SVGSVGElement;
  draw(values: V): void;
}

/** A painter's picture of some values, for a cell. */
export function painted<V>(painter: Painter<V>, values: V): HTMLElement | SVGSVGElement {
  painter.draw(values);
  return painter.element;
}
