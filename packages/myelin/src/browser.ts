/**
 * What pages get for `import ... from "myelin"`: `@myelin/core`, and the parts of `@myelin/data` and `@myelin/exchange`
 * that need no Node. Bundlers choose it by the condition `browser`.
 */
export * from "@myelin/core";
export * from "@myelin/data/browser";
export * from "@myelin/exchange/browser";
/** Both packages have a `Batch`: this one goes into a trainer, the other one comes out of `batches`. */
export type { Batch } from "@myelin/core";
export type { Batch as ImageBatch } from "@myelin/data/browser";
