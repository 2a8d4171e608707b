/** Resolves when `is` first holds; looks every `pause` milliseconds. */
export function until(is: () => boolean, pause = 80): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (is() ? resolve() : void setTimeout(look, pause));
    look();
  });
}
