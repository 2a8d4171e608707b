/** A picture's size in pixels, and whether one colour is all there is to see. */
export interface PictureSize {
  width: number;
  height: number;
  flat: boolean;
}

/** Differences of a colour's parts, 0..255, that nobody sees. */
const UNSEEN = 4;

/** @throws when the browser can't show it, as with an SVG that is no XML */
export async function pictureSize(blob: Blob): Promise<PictureSize> {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  const {naturalWidth: width, naturalHeight: height} = image;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", {willReadFrequently: true})!;
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, width, height);
  let flat = true;
  for (let i = 4; i < data.length && flat; ++i) flat = Math.abs(data[i] - data[i % 4]) <= UNSEEN;
  return {width, height, flat};
}
