import { createWasmBackend } from "../../src/engine/backends/wasm/index.ts";
import { createReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { runBackendSuite, runSameBitsSuite } from "./suite.ts";

const wasm = (threads: number, simd: "auto" | "simd" = "auto") => {
  return () => createWasmBackend({ threads, simd });
};

runBackendSuite("reference", () => createReferenceBackend());
runBackendSuite("wasm, one thread", wasm(1));
runBackendSuite("wasm, two threads", wasm(2));
runBackendSuite("wasm, plain SIMD", wasm(1, "simd"));
runSameBitsSuite("one and two threads", wasm(1), wasm(2));
runSameBitsSuite("one and three threads", wasm(1), wasm(3));
