/** How finely a moving picture is drawn: with fewer pixels where its frames take long, with all of them once it is still. */
export interface Sharpness {
  /** Says that the picture moves, before each frame of the movement. */
  moved(): void;
  /** Pixels a side of the frame that is drawn now, as a share of all; to be asked once a frame. */
  frame(): number;
  dispose(): void;
}

/** Milliseconds: a frame to be reached, one that is quick, and after the last movement until all pixels are drawn. */
const [WANTED, QUICK, STILL] = [40, 20, 180];

/** The fewest pixels a side, as a share of all. */
const LEAST = 0.35;

/** @param settle draws the picture once more, when it is still */
export function sharpness(settle: () => void): Sharpness {
  let share = 1;
  let moving = false;
  let measuring = false;
  let still: ReturnType<typeof setTimeout> | undefined;
  /** A frame took this long, from its start until another can begin. */
  function learn(milliseconds: number) {
    if (milliseconds > WANTED)
      share = Math.max(LEAST, share * Math.max(0.5, Math.sqrt(WANTED / milliseconds)));
    else if (milliseconds < QUICK) share = Math.min(1, share * 1.1);
  }
  return {
    moved() {
      moving = true;
      clearTimeout(still);
      still = setTimeout(() => {
        moving = false;
        if (share < 1) settle();
      }, STILL);
    },
    frame() {
      if (!moving) return 1;
      if (!measuring) {
        measuring = true;
        const began = performance.now();
        // The browser waits for the graphics card with the second frame, not with the first.
        requestAnimationFrame(() =>
          requestAnimationFrame((now) => {
            measuring = false;
            learn((now - began) / 2);
          })
        );
      }
      return share;
    },
    dispose: () => clearTimeout(still)
  };
}
