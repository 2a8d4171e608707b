import {writeWebm} from "../../formats/webm.js";
import {cssColor, h} from "../dom.js";

/** Codecs to try, as browsers and as WebM files call them. */
const CODECS = [
  {codec: "vp09.00.40.08", name: "V_VP9"},
  {codec: "vp8", name: "V_VP8"}
];

/** Frames between two at which a film can be entered, at most. */
const KEYS = 30;

/** Bits a second for each pixel, which keeps edges clean. */
const BITS = 4;

export interface Recording {
  /** Frames of the film, by their numbers among those that `draw` knows. */
  order: readonly number[];
  /** Draws one, at once, and gives the canvas to be read; all must have one size. */
  draw(index: number): HTMLCanvasElement;
  /** Frames a second. */
  rate: number;
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

/**
 * A film of what a canvas shows, as WebM, made as fast as the browser encodes. Where the canvas is transparent there is the page's
 * background.
 * @throws Error where the browser can't record
 */
export async function recordWebm({order, draw, rate, signal, progress}: Recording): Promise<Blob> {
  if (typeof VideoEncoder === "undefined")
    throw new Error(
      "this browser can't record films here: it needs WebCodecs, which current Chrome, Edge, Firefox and Safari have on pages of https and of localhost"
    );
  const first = draw(order[0]);
  // Films have colours for blocks of 2 x 2 pixels.
  const [width, height] = [first.width - (first.width % 2), first.height - (first.height % 2)];
  const sheet = h("canvas", {width, height});
  const context = sheet.getContext("2d", {alpha: false})!;
  const settings = {width, height, bitrate: Math.round(BITS * width * height), framerate: rate};
  const found = await supported(settings);
  if (!found) throw new Error("this browser can't record films: it has no encoder for VP9 or VP8");

  const frames: {data: Uint8Array; key: boolean}[] = [];
  let failure: unknown;
  const encoder = new VideoEncoder({
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({data, key: chunk.type === "key"});
    },
    error: (error) => (failure = error)
  });
  try {
    encoder.configure({...settings, codec: found.codec});
    for (const [i, index] of order.entries()) {
      signal.throwIfAborted();
      if (failure) throw failure;
      const canvas = draw(index);
      context.fillStyle = cssColor("--card");
      context.fillRect(0, 0, width, height);
      context.drawImage(canvas, 0, 0);
      const frame = new VideoFrame(sheet, {timestamp: Math.round((1e6 * i) / rate), duration: Math.round(1e6 / rate)}); // prettier-ignore
      encoder.encode(frame, {keyFrame: i % KEYS === 0});
      frame.close();
      progress(i + 1, order.length);
      // The page lives on, and the encoder keeps up.
      do await new Promise((resolve) => setTimeout(resolve, 0));
      while (encoder.encodeQueueSize > 4 && !signal.aborted);
    }
    await encoder.flush();
    if (failure) throw failure;
  } finally {
    if (encoder.state !== "closed") encoder.close();
  }
  signal.throwIfAborted();
  return new Blob(writeWebm({codec: found.name, width, height, rate, frames}), {type: "video/webm"});
}

async function supported(settings: Omit<VideoEncoderConfig, "codec">) {
  for (const candidate of CODECS) {
    const {supported} = await VideoEncoder.isConfigSupported({...settings, codec: candidate.codec});
    if (supported) return candidate;
  }
  return undefined;
}
