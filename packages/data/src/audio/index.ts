export { resample } from "./resample.ts";
export { type Sound } from "./sound.ts";
export { readWav } from "./wav.ts";
