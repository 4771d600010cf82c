export * from "./engine/index.ts";
export * from "./errors.ts";
export * from "./io/index.ts";
export * from "./loss/index.ts";
export * from "./neurons/index.ts";
export * from "./nn/index.ts";
export * from "./optim/index.ts";
export * from "./train/index.ts";
