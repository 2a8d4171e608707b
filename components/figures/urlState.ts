/** A page's controls in its address, so that a link shows what its sender saw. */
export const urlState = {
  /** A number from the address, or the default when it is absent, no number or out of range. */
  number(name: string, otherwise: number, min = -Infinity, max = Infinity): number {
    const text = new URLSearchParams(location.search).get(name);
    const value = text === null || text === "" ? NaN : Number(text);
    return Number.isFinite(value) && value >= min && value <= max ? value : otherwise;
  },
  text(name: string, otherwise: string, allowed?: readonly string[]): string {
    const value = new URLSearchParams(location.search).get(name);
    return value !== null && (!allowed || allowed.includes(value)) ? value : otherwise;
  },
  /** Writes values into the address without a new history entry; undefined removes one. */
  set(values: Record<string, string | number | undefined>): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) query.delete(name);
      else query.set(name, String(value));
    }
    const text = query.toString();
    history.replaceState(history.state, "", `${location.pathname}${text && "?"}${text}${location.hash}`);
  }
};
