import {setFlagsFromString} from "node:v8";

/**
 * Node 20 has relaxed SIMD (fused multiply-add) behind a flag, later ones have it on. Imported for its effect, before
 * the kernel is compiled.
 */
if (Number(process.versions.node.split(".")[0]) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
