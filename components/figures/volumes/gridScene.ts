import type * as THREE from "three";
import type {Isosurface} from "../../analysis/isosurface.js";
import {cssColor, h} from "../dom.js";
import {orbit} from "../orbit.js";
import {sharpness} from "../sharpness.js";
import {meshScene, openRenderer, reachOf, surfaceGeometry} from "../surfaceMesh.js";

/** Where a surface stands in a picture, pixels from its upper left corner. */
export interface Spot {
  place: HTMLElement;
  x: number;
  y: number;
}

export interface GridScene {
  /** Shows a surface where an element is, in a CSS variable's colour; null for none. */
  set(place: HTMLElement, surface: Isosurface | null, color: string): void;
  /** Gives all the same distance, large enough for this surface too. */
  fit(surface: Isosurface): void;
  /** Elements have come, gone or moved: those that are gone are forgotten. */
  moved(): void;
  recolor(): void;
  reset(): void;
  /** All surfaces in another arrangement, from where they are seen now. */
  picture(
    spots: readonly Spot[],
    side: number,
    width: number,
    height: number,
    ratio: number
  ): HTMLCanvasElement;
  dispose(): void;
}

/** Most pixels of the canvas, and how far beyond the screen it is drawn, CSS pixels. */
const [MOST, MARGIN] = [12e6, 80];

/** Milliseconds after which what is off the screen is drawn too, and how many places at a time. */
const [LATER, FEW] = [250, 6];

/** Places are small: what reaches farthest comes to their edge. */
const ROOM = 1;

/**
 * Surfaces in many places of an element, seen by one camera and drawn by one WebGL context on one canvas that covers the element. What
 * is on the screen is drawn first. Undefined where there is no WebGL.
 */
export function gridScene(root: HTMLElement, canvas: HTMLCanvasElement): GridScene | undefined {
  const renderer = openRenderer(canvas, {preserveDrawingBuffer: true});
  if (!renderer) return undefined;
  const {scene, material, mesh} = meshScene();
  const nothing = mesh.geometry;
  const places = new Map<HTMLElement, {geometry: THREE.BufferGeometry; color: string; drawn: boolean}>();
  let queued = 0;
  let later: ReturnType<typeof setTimeout> | undefined;
  const render = () => {
    queued ||= requestAnimationFrame(draw);
  };
  const stale = () => {
    for (const place of places.values()) place.drawn = false;
    render();
  };
  const sharp = sharpness(render);
  let turning = false; // all that is on the screen turns at once; otherwise a few surfaces are drawn a frame
  const turned = () => {
    turning = true;
    sharp.moved();
    stale();
  };
  const view = orbit(root, {room: ROOM, changed: turned});
  root.style.touchAction = "pan-y"; // up and down scrolls the page
  scene.add(view.camera);

  const at = (place: HTMLElement, x: number, y: number, side: number) => {
    const {geometry, color} = places.get(place)!;
    mesh.geometry = geometry;
    material.color.set(cssColor(color));
    renderer.setViewport(x, y, side, side);
    renderer.setScissor(x, y, side, side);
    renderer.render(scene, view.camera);
  };
  const clear = () => {
    renderer.setScissorTest(false);
    renderer.clear();
    renderer.setScissorTest(true);
  };
  let size = "";
  const resize = (width: number, height: number, ratio: number) => {
    const now = [width, height, ratio].join();
    if (now === size) return;
    size = now;
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height, false);
    clear();
    for (const place of places.values()) place.drawn = false;
  };
  function draw() {
    queued = 0;
    const {clientWidth: width, clientHeight: height} = root;
    if (!width || !height) return;
    const ratio = Math.min(devicePixelRatio || 1, 2, Math.sqrt(MOST / width / height));
    resize(width, height, ratio * sharp.frame());
    view.speed(height / 260);
    const most = turning ? Infinity : FEW;
    turning = false;
    const n = paint(({top, bottom}) => bottom >= -MARGIN && top <= innerHeight + MARGIN, most);
    clearTimeout(later);
    if (n === most) return render();
    later = setTimeout(rest, LATER);
  }
  /** Draws what has yet to be drawn and is where `wanted` says, at most so many. Returns how many it drew. */
  function paint(wanted: (rect: DOMRect) => boolean, most = Infinity): number {
    const base = canvas.getBoundingClientRect();
    let n = 0;
    for (const [element, place] of places) {
      if (place.drawn) continue;
      const rect = element.getBoundingClientRect();
      if (!wanted(rect)) continue;
      at(element, rect.left - base.left, base.bottom - rect.bottom, rect.width);
      place.drawn = true;
      if (++n >= most) break;
    }
    return n;
  }
  /** What is off the screen is drawn a few at a time, so that it is there for who scrolls or prints. */
  function rest() {
    if (paint(() => true, FEW) === FEW) later = setTimeout(rest, LATER / 10);
  }
  const observer = new ResizeObserver(render);
  observer.observe(root);
  addEventListener("scroll", render, {passive: true});

  return {
    set(element, surface, color) {
      places.get(element)?.geometry.dispose();
      places.set(element, {geometry: surface ? surfaceGeometry(surface) : nothing, color, drawn: false});
      render();
    },
    fit(surface) {
      const reach = reachOf(surface);
      if (reach > view.reach) view.fit(reach);
    },
    moved() {
      for (const [element, {geometry}] of places) {
        if (root.contains(element)) continue;
        geometry.dispose();
        places.delete(element);
      }
      clear();
      stale();
    },
    recolor: stale,
    reset: view.reset,
    picture(spots, side, width, height, ratio) {
      resize(width, height, ratio);
      for (const {place, x, y} of spots) if (places.has(place)) at(place, x, height - y - side, side);
      const copy = h("canvas", {width: canvas.width, height: canvas.height});
      copy.getContext("2d")!.drawImage(canvas, 0, 0);
      stale();
      return copy;
    },
    dispose() {
      cancelAnimationFrame(queued);
      clearTimeout(later);
      sharp.dispose();
      observer.disconnect();
      removeEventListener("scroll", render);
      view.dispose();
      for (const {geometry} of places.values()) geometry.dispose();
      nothing.dispose();
      material.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    }
  };
}
