export { contentLength, contentStart } from "./file-contents.ts";
export { findPlainOrGzip } from "./find-file.ts";
export { readMaybeGzip } from "./read-file.ts";
