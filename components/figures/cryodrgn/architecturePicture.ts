/** cryoDRGN's VAE as a picture: boxes with the sizes of this one, and what flows between them. */
import type {LayerSize, VaeLayers} from "../../vae/layers.js";
import {svg} from "../dom.js";

type Point = readonly [x: number, y: number];

interface Part {
  title: string;
  lines: string[];
  /** Layers to draw as bars: the encoder and the decoder have some. */
  layers?: LayerSize[];
  /** CSS variable of the frame; given from outside parts are dashed. */
  color?: string;
  given?: boolean;
}

const count = (n: number) => n.toLocaleString("en");
const total = (layers: LayerSize[]) => layers.reduce((sum, {parameters}) => sum + parameters, 0);

/** Sizes of consecutive layers, equal ones counted: `3,208 → 256`, `256 → 256, × 3`, `256 → 16`. */
export function layerLines(layers: LayerSize[]): string[] {
  const lines: {text: string; times: number; residual: boolean}[] = [];
  for (const {inputs, outputs, residual} of layers) {
    const text = `${count(inputs)} → ${count(outputs)}`;
    const last = lines.at(-1);
    if (last?.text === text && last.residual === residual) ++last.times;
    else lines.push({text, times: 1, residual});
  }
  return lines.map(({text, times, residual}) => [text, times > 1 ? `× ${times}` : "", residual ? "+ skip" : ""].filter(Boolean).join(" ")); // prettier-ignore
}

const names = ["image", "hartley", "encoder", "posterior", "z", "points", "encoding", "decoder", "slice", "ctf", "loss"] as const; // prettier-ignore
type Name = (typeof names)[number];

/** What stands in each box. */
export function architectureParts(layers: VaeLayers, imageBox?: number): Record<Name, Part> {
  const {config, encoder, decoder, pixels, frequencies, preparation} = layers;
  const {boxSize, pixelSize, zdim, domain, encoding} = config;
  const complex = domain === "fourier";
  return {
    image: {
      title: "Image X",
      lines: [
        imageBox && imageBox !== boxSize ? `${imageBox}² pixels,` : "",
        `${imageBox && imageBox !== boxSize ? "cropped to " : ""}${boxSize}²`,
        `${Number(pixelSize.toPrecision(4))} Å a pixel`
      ].filter(Boolean)
    },
    hartley: {
      title: "Hartley transform",
      lines: [
        preparation.window ? "soft window; centred;" : "centred;",
        "times the sign of CTF;",
        `${count(layers.encoderPixels)} masked pixels`
      ]
    },
    encoder: {
      title: "Encoder",
      lines: [...layerLines(encoder), `${count(total(encoder))} weights`],
      layers: encoder,
      color: "--series-encodings"
    },
    posterior: {title: "Posterior q(z | X)", lines: [`mean μ: ${zdim} numbers`, `log σ²: ${zdim} numbers`], color: "--series-encodings"}, // prettier-ignore
    z: {title: "Latent z", lines: ["z = μ + σ ε", `|z| = ${zdim}`], color: "--series-live"},
    points: {
      title: "Pose R",
      lines: ["slice (kx, ky, 0) R", `${count(pixels)} points${complex ? ", k with −k" : ""}`],
      given: true
    },
    encoding: {
      title: "Positional encoding",
      lines: [`${encoding}, ${count(frequencies)} waves`, `sin, cos: ${count(2 * frequencies)} features`]
    },
    decoder: {
      title: "Decoder",
      lines: [...layerLines(decoder), `${count(total(decoder))} weights`],
      layers: decoder,
      color: "--series-prior"
    },
    slice: {
      title: "Slice of the map",
      lines: complex ? ["F(k): real, imaginary", "H(k) = Re − Im"] : ["H(k), Hartley"],
      color: "--series-prior"
    },
    ctf: {title: "CTF, shift", lines: ["times CTF(k),", "moved by t"], given: true},
    loss: {title: "Loss", lines: ["mean |CTF H − X|²", `+ KL / (${zdim} · ${count(pixels)})`], color: "--theme-foreground"} // prettier-ignore
  };
}

const [LINE, HEAD, BARS, PAD] = [15, 20, 46, 8];
const heightOf = (part: Part) => PAD + HEAD + (part.layers ? BARS : 0) + part.lines.length * LINE + PAD;

interface Box {
  part: Part;
  x: number;
  y: number;
  w: number;
  h: number;
}

/** @param width pixels; a narrow picture stacks the boxes */
export function architecturePicture(layers: VaeLayers, width: number, imageBox?: number): SVGSVGElement {
  const parts = architectureParts(layers, imageBox);
  const {boxes, ways, height} = width >= 600 ? wide(parts, width) : narrow(parts, width);
  const arrows = ways.map(({points, dashed, label}) => {
    const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x},${y}`).join("");
    const words = label && svg("text", {x: label.at[0], y: label.at[1], "text-anchor": label.anchor ?? "middle", fill: "var(--theme-foreground-muted)", "font-size": 11}, label.text); // prettier-ignore
    return svg(
      "g",
      {},
      svg("path", {d, fill: "none", stroke: "var(--theme-foreground-muted)", "stroke-width": 1.3, "stroke-dasharray": dashed ? "4 3" : "none"}), // prettier-ignore
      head(points),
      ...(words ? [words] : [])
    );
  });
  return svg(
    "svg",
    {width, height, viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "font-size": 12},
    ...arrows,
    ...names.map((name) => drawn(boxes[name]))
  );
}

/** The tip of an arrow, along its last stretch. */
function head(points: Point[]): SVGPathElement {
  const [[ax, ay], [x, y]] = points.slice(-2);
  const l = Math.hypot(x - ax, y - ay) || 1;
  const [u, v] = [(x - ax) / l, (y - ay) / l];
  const [bx, by] = [x - 7 * u, y - 7 * v];
  return svg("path", {
    d: `M${x},${y}L${bx - 3.5 * v},${by + 3.5 * u}L${bx + 3.5 * v},${by - 3.5 * u}z`,
    fill: "var(--theme-foreground-muted)"
  });
}

function drawn({part, x, y, w, h}: Box): SVGGElement {
  const {title, lines, layers, color, given} = part;
  const middle = x + w / 2;
  const stroke = `var(${color ?? "--theme-foreground-fainter"})`;
  const text = (words: string, at: number, attributes: Record<string, string | number>) =>
    svg("text", {x: middle, y: at, "text-anchor": "middle", ...attributes}, words);
  let at = y + PAD + 13;
  const words: SVGElement[] = [text(title, at, {"font-weight": 600, fill: "var(--theme-foreground)"})];
  at += 8;
  if (layers) {
    words.push(...bars(layers, middle, at + BARS / 2, color!));
    at += BARS;
  }
  for (const line of lines)
    words.push(text(line, (at += LINE), {"font-size": 10.5, fill: "var(--theme-foreground-alt)"}));
  return svg(
    "g",
    {},
    svg("rect", {x, y, width: w, height: h, rx: 6, fill: "var(--card)", stroke, "stroke-width": color ? 1.6 : 1, "stroke-dasharray": given ? "4 3" : "none"}), // prettier-ignore
    ...words
  );
}

/** A bar for the inputs and for what each layer gives, as high as the logarithm of its size. */
function bars(layers: LayerSize[], middle: number, y: number, color: string): SVGElement[] {
  const sizes = [layers[0].inputs, ...layers.map((l) => l.outputs)];
  const most = Math.log2(1 + Math.max(...sizes));
  const step = Math.min(17, 96 / sizes.length);
  return sizes.map((size, i) => {
    const h = Math.max(4, ((BARS - 10) * Math.log2(1 + size)) / most);
    const x = middle + (i - (sizes.length - 1) / 2) * step;
    return svg("rect", {x: x - 3, y: y - h / 2, width: 6, height: h, rx: 1, fill: `var(${color})`, opacity: i === 0 || i === sizes.length - 1 ? 0.55 : 1}); // prettier-ignore
  });
}

interface Layout {
  boxes: Record<Name, Box>;
  ways: {points: Point[]; dashed?: boolean; label?: {text: string; at: Point; anchor?: string}}[];
  height: number;
}
type Parts = Record<Name, Part>;

/** Encoding to the right, decoding back to the left below it, so that the loss stands below what it compares with. */
function wide(parts: Parts, width: number): Layout {
  const gap = 16;
  const w = Math.floor((width - 2 - 4 * gap) / 5);
  const column = (k: number) => 1 + k * (w + gap);
  const half = (3 * w + 2 * gap - 32) / 2;
  // Where each stands, in columns; the last row's two boxes share the room of three.
  const rows: {name: Name; x: number; w: number}[][] = [
    (["image", "hartley", "encoder", "posterior", "z"] as const).map((name, k) => ({name, x: column(k), w})),
    (["loss", "ctf", "slice", "decoder"] as const).map((name, k) => ({name, x: column(k + 1), w})),
    (["points", "encoding"] as const).map((name, k) => ({name, x: column(2) + k * (half + 32), w: half}))
  ];
  const boxes = {} as Record<Name, Box>;
  const between = [46, 30, 0];
  let y = 1;
  rows.forEach((row, r) => {
    const most = Math.max(...row.map(({name}) => heightOf(parts[name])));
    for (const {name, ...place} of row) {
      const h = heightOf(parts[name]);
      boxes[name] = {part: parts[name], ...place, y: y + (most - h) / 2, h};
    }
    y += most + between[r];
  });
  const {hartley, encoder, posterior, z, decoder, loss, encoding} = boxes;
  const middle = (b: Box) => b.x + b.w / 2;
  const right = (a: Box, b: Box): Layout["ways"][number] => ({
    points: [
      [a.x + a.w, a.y + a.h / 2],
      [b.x - 2, a.y + a.h / 2]
    ]
  });
  const left = (a: Box, b: Box): Layout["ways"][number] => ({
    points: [
      [a.x, a.y + a.h / 2],
      [b.x + b.w + 2, a.y + a.h / 2]
    ]
  });
  const lane = encoder.y + encoder.h + 24;
  const ways: Layout["ways"] = [
    right(boxes.image, hartley),
    right(hartley, encoder),
    right(encoder, posterior),
    right(posterior, z),
    {points: [[middle(z), z.y + z.h], [middle(z), decoder.y - 2]]}, // prettier-ignore
    left(decoder, boxes.slice),
    left(boxes.slice, boxes.ctf),
    left(boxes.ctf, loss),
    right(boxes.points, encoding),
    {points: [[middle(decoder), encoding.y], [middle(decoder), decoder.y + decoder.h + 2]]}, // prettier-ignore
    {points: [[middle(hartley) - 24, hartley.y + hartley.h], [middle(hartley) - 24, loss.y - 2]], dashed: true}, // prettier-ignore
    {points: [[middle(posterior), posterior.y + posterior.h], [middle(posterior), lane], [middle(loss) + 24, lane], [middle(loss) + 24, loss.y - 2]], dashed: true, label: {text: "KL from N(0, I)", at: [middle(encoder), lane - 5]}} // prettier-ignore
  ];
  return {boxes, ways, height: y + 1};
}

/** One box below the other; what the decoder reads stands side by side. */
function narrow(parts: Parts, width: number): Layout {
  const gap = 24;
  const lane = 16; // for the dashed ways beside the boxes
  const inner = width - 2 * lane - 2;
  const boxes = {} as Record<Name, Box>;
  let y = 1;
  const rows: Name[][] = [["image"], ["hartley"], ["encoder"], ["posterior"], ["z", "points"], ["encoding"], ["decoder"], ["slice"], ["ctf"], ["loss"]]; // prettier-ignore
  const half = (inner - 12) / 2;
  for (const row of rows) {
    const h = Math.max(...row.map((name) => heightOf(parts[name])));
    row.forEach((name, k) => {
      const side = row.length > 1 || name === "encoding";
      const x = 1 + lane + (side ? (name === "encoding" ? half + 12 : k * (half + 12)) : 0);
      boxes[name] = {part: parts[name], x, y, w: side ? half : inner, h};
    });
    y += h + gap;
  }
  const middle = (b: Box) => b.x + b.w / 2;
  const down = (a: Name, b: Name, x = middle(boxes[a])) => ({points: [[x, boxes[a].y + boxes[a].h], [x, boxes[b].y - 2]] as Point[]}); // prettier-ignore
  const {hartley, posterior, loss} = boxes;
  const side = (from: Box, x: number, edge: number, into: number): Point[] => [[edge, from.y + from.h / 2], [x, from.y + from.h / 2], [x, loss.y + loss.h / 2], [into, loss.y + loss.h / 2]]; // prettier-ignore
  const rightEdge = 1 + lane + inner;
  return {
    boxes,
    ways: [
      down("image", "hartley"),
      down("hartley", "encoder"),
      down("encoder", "posterior"),
      down("posterior", "z", middle(boxes.z)),
      down("points", "encoding"),
      down("encoding", "decoder"),
      down("z", "decoder"),
      down("decoder", "slice"),
      down("slice", "ctf"),
      down("ctf", "loss"),
      {points: side(hartley, 4, 1 + lane, 1 + lane - 2), dashed: true},
      {points: side(posterior, width - 4, rightEdge, rightEdge + 2), dashed: true, label: {text: "KL", at: [width - 8, posterior.y + posterior.h / 2 - 6]}} // prettier-ignore
    ],
    height: y - gap + 1
  };
}
