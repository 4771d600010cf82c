/**
 * Spiking neural networks: the main entries of `@myelin/core`, `@myelin/data` and `@myelin/exchange` behind one import.
 * Plugins, recipes and reports are modules of their own, `myelin/plugin`, `myelin/recipe` and `myelin/report`.
 *
 * @module myelin
 */
export * from "@myelin/core";
export * from "@myelin/data";
export * from "@myelin/exchange";
/** Both packages have a `Batch`: this one goes into a trainer, the other one comes out of `batches`. */
export type { Batch } from "@myelin/core";
export type { Batch as ImageBatch } from "@myelin/data";
