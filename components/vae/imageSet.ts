/**
 * The images a VAE is trained on, ready for the loss: masked Hartley images, shifted to the centre, times the sign of
 * their CTF ("phase-flipped"), divided by one standard deviation. As sign(CTF)^2 = 1, comparing |CTF| H with these is
 * comparing CTF H with the images. All arrays may stand in shared memory.
 */
export interface ImageSet {
  /** Number of images. */
  n: number;
  /** Box D after cropping, and Å/pixel there. */
  boxSize: number;
  pixelSize: number;
  /** Masked pixels of the (D + 1)^2 lattice, in row-major order: pixel p and pixels - 1 - p are k and -k. */
  pixels: number;
  /** [n, pixels]. */
  images: Float32Array;
  /** [n, 9], rotation matrices, row-major. */
  rotations: Float32Array;
  /** [n, 9], rows of ctf.pkl. */
  ctf: Float32Array;
  /** The standard deviation the images were divided by. */
  scale: number;
}
