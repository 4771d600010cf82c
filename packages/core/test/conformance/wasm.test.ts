import { describe } from "vitest";
import { createWasmBackend } from "../../src/engine/backends/wasm/index.ts";
import { runBackendSuite, runSameBitsSuite } from "./suite.ts";

const start =
  (threads: number, simd: "auto" | "simd" = "auto") =>
  () =>
    createWasmBackend({ threads, simd });

describe("wasm", () => {
  runBackendSuite("one thread", start(1));
  runBackendSuite("two threads", start(2));
  runBackendSuite("plain SIMD", start(1, "simd"));
  runSameBitsSuite("one and two threads", start(1), start(2));
  runSameBitsSuite("one and three threads", start(1), start(3));
});
