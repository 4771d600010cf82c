/** Data sets, file formats, batches, transforms and encoders. Browsers import `@myelin/data/browser`. */
export * from "./browser.ts";
export * from "./node/index.ts";
