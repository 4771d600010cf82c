/**
 * Data sets, file formats, batches, transforms and encoders. Browsers import `@myelin/data/browser`.
 *
 * @module @myelin/data
 */
export * from "./browser.ts";
export * from "./node/index.ts";
