export { readNirDataFile, readNirFile, type ReadNirFileOptions } from "./read-nir-file.ts";
