import * as THREE from "three";
import {OrbitControls} from "three/examples/jsm/controls/OrbitControls.js";
import {cssColor} from "./dom.js";
import {isosurface} from "../analysis/isosurface.js";
import type {ViewedMap} from "./mapViewer.js";

/** The three.js part: one renderer and one camera, a scene for each column. Undefined where there is no WebGL. */
export function mapScene(canvas: HTMLCanvasElement, columns: number, {front = false} = {}) {
  let renderer: THREE.WebGLRenderer;
  try {
    if (!canvas.getContext("webgl2")) return undefined;
    renderer = new THREE.WebGLRenderer({canvas, antialias: true, alpha: true});
  } catch {
    return undefined;
  }
  renderer.setPixelRatio(Math.min(devicePixelRatio || 1, 2));
  renderer.setScissorTest(true);
  const camera = new THREE.PerspectiveCamera(30, 1, 0.1, 100);
  const light = new THREE.DirectionalLight(0xffffff, 2.2);
  light.position.set(-1, 1.5, 2);
  camera.add(light);
  const columnsOf = Array.from({length: columns}, () => {
    const scene = new THREE.Scene();
    scene.add(new THREE.HemisphereLight(0xffffff, 0x666677, 1.3));
    const material = new THREE.MeshStandardMaterial({roughness: 0.75, metalness: 0});
    const mesh = new THREE.Mesh(new THREE.BufferGeometry(), material);
    scene.add(mesh);
    return {scene, material, mesh, map: null as ViewedMap | null};
  });
  const controls = new OrbitControls(camera, canvas);
  controls.enablePan = false;
  controls.enableZoom = false;
  // How far the surfaces reach from the box's centre; the first that is shown decides how near the camera stands.
  let reach = 0;
  const reset = () => {
    const narrow = Math.min(1, camera.aspect);
    const distance = (1.08 * (reach || 0.9)) / (Math.sin((Math.PI * camera.fov) / 360) * narrow);
    camera.position.set(front ? 0 : 1.6, front ? 0 : 0.9, front ? 1 : 3.1).setLength(distance);
    controls.target.set(0, 0, 0);
    controls.update();
  };

  let queued = 0;
  const fit = () => {
    const {clientWidth: width, clientHeight: height} = canvas.parentElement ?? canvas;
    if (width && height) {
      renderer.setSize(width, height, false);
      camera.aspect = width / columns / height;
      camera.updateProjectionMatrix();
    }
    return {width, height, w: width / columns};
  };
  const renderNow = () => {
    cancelAnimationFrame(queued);
    queued = 0;
    const {width, height, w} = fit();
    if (!width || !height) return;
    columnsOf.forEach(({scene}, i) => {
      renderer.setViewport(i * w, 0, w, height);
      renderer.setScissor(i * w, 0, w, height);
      scene.add(camera);
      renderer.render(scene, camera);
    });
  };
  const render = () => {
    queued ||= requestAnimationFrame(renderNow);
  };
  controls.addEventListener("change", render);
  const resize = new ResizeObserver(render);
  resize.observe(canvas.parentElement!);

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
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  canvas.addEventListener("dblclick", reset);
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return; // the plain wheel scrolls the page
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.002));
  };
  canvas.addEventListener("wheel", onWheel, {passive: false});

  return {
    /** Shows the surface of `map` at a level in the map's own unit, scaled so that the box has side 2. */
    set(i: number, map: ViewedMap | null, level: number) {
      const column = columnsOf[i];
      column.mesh.geometry.dispose();
      column.map = map;
      column.mesh.geometry = new THREE.BufferGeometry();
      if (map) {
        const surface = isosurface(map.map, map.D, level, 2 / map.D);
        column.mesh.geometry.setAttribute("position", new THREE.BufferAttribute(surface.positions, 3));
        column.mesh.geometry.setAttribute("normal", new THREE.BufferAttribute(surface.normals, 3));
        column.mesh.geometry.setIndex(new THREE.BufferAttribute(surface.indices, 1));
        column.material.color.set(cssColor(map.color));
        if (reach === 0 && surface.positions.length) {
          for (let k = 0; k < surface.positions.length; k += 3) {
            const [x, y, z] = surface.positions.subarray(k, k + 3);
            reach = Math.max(reach, Math.hypot(x, y, z));
          }
          fit();
          reset();
        }
      }
      render();
    },
    recolor() {
      for (const {map, material} of columnsOf) if (map) material.color.set(cssColor(map.color));
      render();
    },
    reset,
    render,
    renderNow,
    dispose() {
      cancelAnimationFrame(queued);
      resize.disconnect();
      controls.dispose();
      for (const {mesh, material} of columnsOf) {
        mesh.geometry.dispose();
        material.dispose();
      }
      renderer.dispose();
      renderer.forceContextLoss();
    }
  };
}
