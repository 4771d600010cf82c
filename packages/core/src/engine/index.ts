export * from "./ops/index.ts";
export { backward, customGradient, noGrad } from "./autograd.ts";
export type * from "./backend.ts";
export type * from "./backend-attention.ts";
export type * from "./backend-delays.ts";
export { densePlaces, numbersIn, type SparseBackend, type SparsePattern } from "./backend-sparse.ts";
export { createEngine, currentEngine, Engine, type EngineOptions, useEngine } from "./engine.ts";
export { Random, randomBits } from "./random.ts";
export { describeShape, type Format, sizeOf, Tensor } from "./tensor.ts";
