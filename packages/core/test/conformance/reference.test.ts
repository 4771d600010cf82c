import { ReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { runBackendSuite } from "./suite.ts";

runBackendSuite("reference", () => new ReferenceBackend());
