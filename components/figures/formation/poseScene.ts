import * as THREE from "three";
import type {Surface} from "../../jobs/surface.js";
import {cssColor} from "../dom.js";

/** The surface of a map as the beam sees it: along z, x to the right and y downwards, as in the images beside it. */
export interface PoseScene {
  /** @param surface in Å */
  show(surface: Surface): void;
  /** @param R rotation, 3 x 3 row-major */
  turn(R: ArrayLike<number>): void;
  /** Side of the box, Å, which fills the picture. */
  frame(field: number): void;
  recolor(): void;
  renderNow(): void;
  dispose(): void;
}

/** The three.js part of the panel of the volume. Undefined where there is no WebGL. */
export function poseScene(canvas: HTMLCanvasElement, color: string): PoseScene | undefined {
  let renderer: THREE.WebGLRenderer;
  try {
    // A canvas keeps the context that is asked for first: this one's picture can be read after it was drawn.
    const context = canvas.getContext("webgl2", {antialias: true, alpha: true, preserveDrawingBuffer: true});
    if (!context) return undefined;
    renderer = new THREE.WebGLRenderer({canvas, context, antialias: true, alpha: true});
  } catch {
    return undefined;
  }
  renderer.setPixelRatio(Math.min(devicePixelRatio || 1, 2));
  const scene = new THREE.Scene();
  scene.add(new THREE.HemisphereLight(0xffffff, 0x666677, 1.2));
  const light = new THREE.DirectionalLight(0xffffff, 2.2);
  light.position.set(-1, -1.5, -2);
  scene.add(light);
  const material = new THREE.MeshStandardMaterial({roughness: 0.75, metalness: 0, color: cssColor(color)});
  const mesh = new THREE.Mesh(new THREE.BufferGeometry(), material);
  mesh.matrixAutoUpdate = false;
  scene.add(mesh);
  // From the side of negative z, with y downwards: x is to the right, and the nearest atoms have the least z.
  const camera = new THREE.OrthographicCamera();
  camera.up.set(0, -1, 0);
  camera.position.set(0, 0, -1);
  camera.lookAt(0, 0, 0);
  let queued = 0;
  const renderNow = () => {
    cancelAnimationFrame(queued);
    queued = 0;
    const size = canvas.clientWidth;
    if (!size) return;
    renderer.setSize(size, size, false);
    renderer.render(scene, camera);
    canvas.dataset.draws = String(Number(canvas.dataset.draws ?? 0) + 1);
  };
  const render = () => {
    queued ||= requestAnimationFrame(renderNow);
  };
  const resize = new ResizeObserver(render);
  resize.observe(canvas);
  return {
    show({positions, normals, indices}) {
      mesh.geometry.dispose();
      mesh.geometry = new THREE.BufferGeometry();
      mesh.geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
      mesh.geometry.setAttribute("normal", new THREE.BufferAttribute(normals, 3));
      mesh.geometry.setIndex(new THREE.BufferAttribute(indices, 1));
      render();
    },
    turn(R) {
      const [a, b, c, d, e, f, g, h, i] = Array.from(R);
      mesh.matrix.set(a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0, 1);
      mesh.matrixWorldNeedsUpdate = true;
      render();
    },
    frame(field) {
      camera.left = camera.bottom = -field / 2;
      camera.right = camera.top = field / 2;
      camera.near = -2 * field;
      camera.far = 2 * field;
      camera.updateProjectionMatrix();
      render();
    },
    recolor() {
      material.color.set(cssColor(color));
      render();
    },
    renderNow,
    dispose() {
      cancelAnimationFrame(queued);
      resize.disconnect();
      mesh.geometry.dispose();
      material.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    }
  };
}
