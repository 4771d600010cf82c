export { readNirFile, type ReadNirFileOptions } from "./read-nir-file.ts";
