export { type BasilarMembraneOptions } from "./basilar-membrane.ts";
export { type BushyCellOptions } from "./bushy-cell.ts";
export { createCochlea, type Cochlea, type CochleaOptions, type CochleaSpikes } from "./cochlea.ts";
export { type CochleaStream, type CochleaStreamOptions, type StreamedSpikes } from "./cochlea-stream.ts";
export { type HairCellOptions } from "./hair-cell.ts";
