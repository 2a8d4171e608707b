import * as THREE from "three";
import type {Isosurface} from "../analysis/isosurface.js";

/** A renderer that draws part after part of its canvas; undefined where there is no WebGL. */
export function openRenderer(
  canvas: HTMLCanvasElement,
  options: THREE.WebGLRendererParameters = {}
): THREE.WebGLRenderer | undefined {
  try {
    if (!canvas.getContext("webgl2", {preserveDrawingBuffer: options.preserveDrawingBuffer}))
      return undefined;
    const renderer = new THREE.WebGLRenderer({canvas, antialias: true, alpha: true, ...options});
    renderer.setPixelRatio(Math.min(devicePixelRatio || 1, 2));
    renderer.setScissorTest(true);
    renderer.setClearColor(0x000000, 0); // until a first scene is drawn three.js would clear to black
    return renderer;
  } catch {
    return undefined;
  }
}

/** A lit scene with one mesh, empty at first. */
export function meshScene() {
  const scene = new THREE.Scene();
  scene.add(new THREE.HemisphereLight(0xffffff, 0x666677, 1.3));
  const material = new THREE.MeshStandardMaterial({roughness: 0.75, metalness: 0});
  const mesh = new THREE.Mesh(new THREE.BufferGeometry(), material);
  scene.add(mesh);
  return {scene, material, mesh};
}

/** A surface for the graphics card. Dispose of it when it is no longer drawn. */
export function surfaceGeometry({positions, normals, indices}: Isosurface): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute("normal", new THREE.BufferAttribute(normals, 3));
  geometry.setIndex(new THREE.BufferAttribute(indices, 1));
  return geometry;
}

/** How far a surface reaches from the origin. */
export function reachOf({positions}: Isosurface): number {
  let reach = 0;
  for (let k = 0; k < positions.length; k += 3)
    reach = Math.max(reach, Math.hypot(positions[k], positions[k + 1], positions[k + 2]));
  return reach;
}
