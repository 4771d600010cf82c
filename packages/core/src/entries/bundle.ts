/** All that the core exports, in one file: for pages without a bundler. */
export * from "../index.ts";
export * from "./backend.ts";
export * from "./checks.ts";
export * from "./defaults.ts";
export * from "./io.ts";
export * from "./layers.ts";
export * from "./neurons.ts";
export * from "./ops.ts";
export * from "./runs.ts";
export * from "./sparse.ts";
export * from "./training.ts";
