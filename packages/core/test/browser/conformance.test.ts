import { createWasmBackend } from "../../src/engine/backends/wasm/index.ts";
import { runBackendSuite } from "../conformance/suite.ts";

// A page's main thread may not wait for others, so this is one thread; threads.test.ts has more.
runBackendSuite("WebAssembly on a page", () => createWasmBackend());
