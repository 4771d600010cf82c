export { preEmphasis } from "./pre-emphasis.ts";
export { resample } from "./resample.ts";
export { type Sound } from "./sound.ts";
export { readWav } from "./wav.ts";
