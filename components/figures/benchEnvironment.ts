import {bestBuild} from "../compute/kernel/kernel.js";

/** What a measurement in a browser depends on, as far as the browser tells. */
export interface Environment {
  /** Browser and system: `Firefox 140 on Linux`. */
  agent: string;
  /** What the system counts as processors. */
  cores: number;
  /** Whether threads can share memory. */
  isolated: boolean;
  /** The build of the CPU kernel. */
  build: ReturnType<typeof bestBuild>;
}

export const environment = (): Environment => ({
  agent: shortAgent(navigator.userAgent),
  cores: Math.max(1, navigator.hardwareConcurrency),
  isolated: globalThis.crossOriginIsolated,
  build: bestBuild()
});

/** The environment in a line. */
export const environmentText = ({agent, cores, isolated, build}: Environment): string =>
  [
    agent,
    `${cores} ${cores === 1 ? "core" : "cores"} (hardwareConcurrency)`,
    `${isolated ? "" : "not "}cross-origin isolated`,
    build === "relaxed" ? "kernel with relaxed SIMD" : "kernel with plain SIMD"
  ].join(", ");

// In this order: browsers name those before them, too.
const browsers = [
  [/Firefox\/(\d+)/, "Firefox"],
  [/(?:Edg|EdgA|EdgiOS)\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/HeadlessChrome\/(\d+)/, "headless Chrome"],
  [/(?:Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/Version\/([\d.]+).* Safari/, "Safari"]
] as const;
const systems = [
  [/Windows/, "Windows"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"]
] as const;

/** The browser, its version and the system that a user agent string names; the string itself where it names none. */
export function shortAgent(userAgent: string): string {
  const browser = browsers
    .map(([pattern, name]) => ({name, version: pattern.exec(userAgent)?.[1]}))
    .find(({version}) => version);
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (!browser) return userAgent;
  return `${browser.name} ${browser.version}${system ? ` on ${system}` : ""}`;
}
