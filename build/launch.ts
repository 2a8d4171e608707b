import {chromium, type Browser} from "playwright-core";

// Pictures are drawn in software, so that a machine without a graphics card shows the same.
const flags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
];
const webgl = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/**
 * Starts a browser without a window. It asks no other host for anything by itself.
 * @param executablePath its program
 * @param maps whether pages show maps in 3-D; without, a browser in software is a quarter faster
 * @param handleSIGINT whether Ctrl-C ends it; without, whoever started it has to
 */
export const launch = (executablePath: string, {maps = true, handleSIGINT = true} = {}): Promise<Browser> =>
  chromium.launch({executablePath, args: [...flags, ...(maps ? webgl : ["--disable-gpu"])], handleSIGINT});
