#!/usr/bin/env node
// Compiles the AssemblyScript kernels and writes them as base64 into components/compute/kernel/binary.ts, which pages, workers
// and Node import alike: that of networks twice (plain SIMD, and relaxed SIMD with fused multiply-add), those of images
// and of data sets once.
import {writeFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import asc from "assemblyscript/asc";

if (process.argv.includes("--help")) {
  console.log(
    "usage: npm run build:wasm\nCompiles components/compute/kernel/assembly to components/compute/kernel/binary.ts."
  );
  process.exit(0);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const flags = [
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--initialMemory",
  "1",
  "--enable",
  "simd"
];

async function compile(source, extra) {
  let wasm;
  const {error, stderr} = await asc.main(
    [`assembly/${source}`, ...flags, ...extra, "--outFile", "kernel.wasm"],
    {
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm")) wasm = contents;
      },
      readFile: undefined,
      listFiles: undefined,
      ...(await files())
    }
  );
  if (error) throw new Error(`${source}: ${error.message}\n${stderr}`);
  return Buffer.from(wasm).toString("base64");
}

async function files() {
  const fs = await import("node:fs");
  const path = await import("node:path");
  const base = path.join(root, "components/compute/kernel");
  return {
    readFile: (name, dir) => {
      const file = path.resolve(dir && path.isAbsolute(dir) ? dir : base, name);
      return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
    },
    listFiles: () => []
  };
}

const simd = await compile("index.ts", []);
const relaxed = await compile("index.ts", ["--enable", "relaxed-simd"]);
const image = await compile("image.ts", []);
const data = await compile("data.ts", []);
writeFileSync(
  new URL("../components/compute/kernel/binary.ts", import.meta.url),
  `// Made by build/wasm.mjs from assembly/.\nexport const simd = "${simd}";\nexport const relaxed = "${relaxed}";\nexport const image = "${image}";\nexport const data = "${data}";\n`
);
console.log(
  `kernel: ${(simd.length * 0.75) | 0} bytes (simd), ${(relaxed.length * 0.75) | 0} bytes (relaxed-simd), ${(image.length * 0.75) | 0} bytes (images), ${(data.length * 0.75) | 0} bytes (data sets)`
);
