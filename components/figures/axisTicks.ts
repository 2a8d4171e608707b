/** Round values between two limits, about `count` of them, with labels that show only the digits they need. */
export function axisTicks(low: number, high: number, count: number): {value: number; label: string}[] {
  if (!(high > low)) return [];
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= raw * (1 - 1e-6)) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-6); k * step <= high + 1e-6 * step; ++k) {
    ticks.push({value: k * step, label: (k * step).toFixed(digits).replace("-", "−")});
  }
  return ticks;
}
