// What build/tfjs.mjs bundles.
export * from "@tensorflow/tfjs";
export {getThreadsCount, setThreadsCount, setWasmPaths} from "@tensorflow/tfjs-backend-wasm";
