import {ctfRow} from "../../cryoem/ctf.js";
import {ctfCurve} from "../../cryoem/ctfCurve.js";
import {relionStar} from "../../cryoem/relionStar.js";
import {writeMrc} from "../../formats/mrc.js";
import {writeStar} from "../../formats/star.js";
import {cssColor, h} from "../dom.js";
import {bytesBlob, csvBlob, pngBlob, svgBlob, type Download} from "../download.js";
import {formationSheet} from "./formationSheet.js";
import type {Formation} from "./graph.js";
import {opticsOf} from "./parameters.js";

/** Side of a picture in the sheet of all panels, pixels. */
const SIDE = 256;

/** What can be taken along of the panels. */
export function formationFiles(formation: Formation, panels: HTMLElement, plot: SVGSVGElement): Download[] {
  const {settings, frame, projection, particle, rotation} = formation;
  const optics = opticsOf(settings);
  const now = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("there is no image yet");
    return value;
  };
  const stack = (image: ArrayLike<number>) => {
    const {D, pixelSize} = now(frame.value);
    return bytesBlob(
      writeMrc({nx: D, ny: D, nz: 1, pixelSize, data: Float32Array.from(image), isStack: true})
    );
  };
  return [
    {label: "Particle, .mrcs", name: "particle.mrcs", make: () => stack(now(particle.value))},
    {
      label: "its .star",
      name: "particle.star",
      make() {
        const {D, pixelSize} = now(frame.value);
        const field = D * pixelSize;
        const star = relionStar({
          imageIndex: Int32Array.of(0),
          imageStack: ["particle.mrcs"],
          rotations: Float32Array.from(rotation.value),
          shifts: Float32Array.of(-settings.shiftX.value / field, -settings.shiftY.value / field),
          ctf: Float32Array.from(ctfRow(optics.value, D, pixelSize))
        });
        return new Blob([writeStar(star)], {type: "text/plain"});
      }
    },
    {label: "Projection, .mrcs", name: "projection.mrcs", make: () => stack(now(projection.value))},
    {label: "All panels, SVG", name: "image-formation.svg", make: () => svgBlob(formationSheet(panels))},
    {label: "All panels, PNG", name: "image-formation.png", make: () => pngBlob(sheet(panels))},
    {label: "CTF, SVG", name: "ctf.svg", make: () => svgBlob(plot)},
    {
      label: "CTF, CSV",
      name: "ctf.csv",
      make() {
        const nyquist = 0.5 / now(frame.value).pixelSize;
        const frequencies = Float64Array.from({length: 501}, (_, i) => (i * nyquist) / 500);
        const [u, v] = [0, 90].map((turn) =>
          ctfCurve(optics.value, frequencies, optics.value.astigmatismAngle + turn)
        );
        return csvBlob(
          ["frequency (1/A)", "CTF along U", "CTF along V"],
          Array.from(frequencies, (s, i) => [s, u[i], v[i]])
        );
      }
    }
  ];
}

/** All pictures side by side with their titles. */
function sheet(panels: HTMLElement): HTMLCanvasElement {
  const pictures = [...panels.querySelectorAll("section")].flatMap((section) =>
    [...section.querySelectorAll("canvas")]
      .filter((canvas) => !canvas.hidden && canvas.width > 0)
      .map((canvas) => ({
        canvas,
        title:
          canvas.closest("figure")?.querySelector("figcaption")?.textContent ||
          section.querySelector("h3")!.textContent
      }))
  );
  const columns = 4;
  const [width, height] = [SIDE + 16, SIDE + 44];
  const out = h("canvas", {width: columns * width, height: Math.ceil(pictures.length / columns) * height});
  const context = out.getContext("2d")!;
  context.font = "15px sans-serif";
  context.fillStyle = cssColor("--theme-foreground");
  pictures.forEach(({canvas, title}, i) => {
    const [x, y] = [(i % columns) * width + 8, Math.floor(i / columns) * height + 28];
    context.fillText(title, x, y - 8, SIDE);
    context.imageSmoothingEnabled = canvas.width > SIDE;
    context.drawImage(canvas, x, y, SIDE, SIDE);
  });
  return out;
}
