import * as THREE from "three";
import {OrbitControls} from "three/examples/jsm/controls/OrbitControls.js";

export interface Orbit {
  camera: THREE.PerspectiveCamera;
  /** How far surfaces reach from the centre, which decides how near the camera stands; 0 before the first. */
  readonly reach: number;
  /** Gives the camera room for surfaces that reach so far, wherever it stands now. */
  fit(reach: number): void;
  /** How fast a drag turns; 1 is half a turn for the element's height. */
  speed(factor: number): void;
  /** Back to the first view. */
  reset: () => void;
  dispose(): void;
}

/**
 * A camera that goes round the centre of a box of side 2, with a light of its own: by a drag on an element, by the arrow keys, nearer and
 * farther by + and - or the wheel with Ctrl, back by Home. Arrows with Shift are left to the page.
 * @param front first seen along z, y upwards, instead of from a corner
 * @param room how far away it stands: 1 just holds a sphere that the surfaces reach
 * @param changed called when there is something to draw
 */
export function orbit(
  element: HTMLElement,
  {front = false, room = 1.08, changed}: {front?: boolean; room?: number; changed(): void}
): Orbit {
  const camera = new THREE.PerspectiveCamera(30, 1, 0.1, 100);
  const light = new THREE.DirectionalLight(0xffffff, 2.2);
  light.position.set(-1, 1.5, 2);
  camera.add(light);
  const controls = new OrbitControls(camera, element);
  controls.enablePan = false;
  controls.enableZoom = false;
  controls.addEventListener("change", changed);

  const zoom = (factor: number) => {
    const distance = Math.min(20, Math.max(0.3, camera.position.length() * factor));
    camera.position.setLength(distance);
    controls.update();
  };
  const turn = (right: number, up: number) => {
    const s = new THREE.Spherical().setFromVector3(camera.position);
    s.theta += right;
    s.phi = Math.min(Math.PI - 0.05, Math.max(0.05, s.phi - up));
    camera.position.setFromSpherical(s);
    controls.update();
  };
  let reach = 0;
  const distance = () =>
    (room * (reach || 0.9)) / (Math.sin((Math.PI * camera.fov) / 360) * Math.min(1, camera.aspect));
  const reset = () => {
    camera.position.set(front ? 0 : 1.6, front ? 0 : 0.9, front ? 1 : 3.1).setLength(distance());
    controls.target.set(0, 0, 0);
    controls.update();
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => turn(-0.15, 0),
    ArrowRight: () => turn(0.15, 0),
    ArrowUp: () => turn(0, 0.15),
    ArrowDown: () => turn(0, -0.15),
    "+": () => zoom(0.9),
    "=": () => zoom(0.9),
    "-": () => zoom(1 / 0.9),
    Home: reset
  };
  const onKey = (event: KeyboardEvent) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    if (event.shiftKey && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    keys[event.key]();
  };
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return; // the plain wheel scrolls the page
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.002));
  };
  element.addEventListener("keydown", onKey);
  element.addEventListener("wheel", onWheel, {passive: false});
  return {
    camera,
    get reach() {
      return reach;
    },
    fit(next) {
      const first = reach === 0;
      reach = next;
      if (first) return reset();
      camera.position.setLength(distance());
      controls.update();
    },
    speed(factor) {
      controls.rotateSpeed = factor;
    },
    reset,
    dispose() {
      element.removeEventListener("keydown", onKey);
      element.removeEventListener("wheel", onWheel);
      controls.dispose();
    }
  };
}
