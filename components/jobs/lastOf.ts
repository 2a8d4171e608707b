/** A thread keeps what it last made of each kind: a page asks for the same model again and again. */
export function lastOf<I, T>(key: (input: I) => string, make: (input: I) => T): (input: I) => T {
  let kept: {key: string; value: T} | undefined;
  return (input) => {
    const k = key(input);
    if (kept?.key !== k) kept = {key: k, value: make(input)};
    return kept.value;
  };
}
