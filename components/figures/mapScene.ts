import * as THREE from "three";
import {isosurface} from "../analysis/isosurface.js";
import {cssColor} from "./dom.js";
import type {ViewedMap} from "./mapViewer.js";
import {orbit} from "./orbit.js";
import {sharpness} from "./sharpness.js";
import {meshScene, openRenderer, reachOf, surfaceGeometry} from "./surfaceMesh.js";

/** The three.js part: one renderer and one camera, a scene for each column. Undefined where there is no WebGL. */
export function mapScene(canvas: HTMLCanvasElement, columns: number, {front = false} = {}) {
  const renderer = openRenderer(canvas);
  if (!renderer) return undefined;
  const columnsOf = Array.from({length: columns}, () => ({
    ...meshScene(),
    map: null as ViewedMap | null,
    reach: 0
  }));

  let queued = 0;
  const render = () => {
    queued ||= requestAnimationFrame(() => draw(sharp.frame()));
  };
  const sharp = sharpness(render);
  const move = () => {
    sharp.moved();
    render();
  };
  const view = orbit(canvas, {front, changed: move});
  const {camera} = view;
  const ratio = renderer.getPixelRatio();
  const fit = (share = 1) => {
    const {clientWidth: width, clientHeight: height} = canvas.parentElement ?? canvas;
    if (width && height) {
      renderer.setPixelRatio(ratio * share);
      renderer.setSize(width, height, false);
      camera.aspect = width / columns / height;
      camera.updateProjectionMatrix();
    }
    return {width, height, w: width / columns};
  };
  const draw = (share: number) => {
    cancelAnimationFrame(queued);
    queued = 0;
    const {width, height, w} = fit(share);
    if (!width || !height) return;
    columnsOf.forEach(({scene}, i) => {
      renderer.setViewport(i * w, 0, w, height);
      renderer.setScissor(i * w, 0, w, height);
      scene.add(camera);
      renderer.render(scene, camera);
    });
  };
  const resize = new ResizeObserver(render);
  resize.observe(canvas.parentElement!);
  canvas.addEventListener("dblclick", view.reset);

  return {
    /** Shows the surface of `map` at a level in the map's own unit, scaled so that the box has side 2. */
    set(i: number, map: ViewedMap | null, level: number) {
      const column = columnsOf[i];
      column.mesh.geometry.dispose();
      column.map = map;
      if (map) {
        const surface = isosurface(map.map, map.D, level, 2 / map.D);
        column.mesh.geometry = surfaceGeometry(surface);
        column.material.color.set(cssColor(map.color));
        column.reach = reachOf(surface);
        // The first that is shown decides how near the camera stands.
        if (view.reach === 0 && surface.positions.length) {
          fit();
          view.fit(column.reach);
        }
      } else column.mesh.geometry = new THREE.BufferGeometry();
      move();
    },
    recolor() {
      for (const {map, material} of columnsOf) if (map) material.color.set(cssColor(map.color));
      render();
    },
    reset: view.reset,
    /** Gives the camera room where what is shown now reaches further than what was shown first. */
    refit() {
      const reach = Math.max(...columnsOf.map((column) => (column.map ? column.reach : 0)));
      if (reach > 1.05 * view.reach && view.reach > 0) view.fit(reach);
    },
    render,
    /** Draws with all pixels, now. */
    renderNow: () => draw(1),
    dispose() {
      cancelAnimationFrame(queued);
      sharp.dispose();
      resize.disconnect();
      view.dispose();
      for (const {mesh, material} of columnsOf) {
        mesh.geometry.dispose();
        material.dispose();
      }
      renderer.dispose();
      renderer.forceContextLoss();
    }
  };
}
