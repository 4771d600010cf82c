/** The event transforms by name. */
export { eventDrop } from "./event-drop.ts";
export { denoise, refractory, removeHotPixels } from "./noise-filters.ts";
export { crop, downsample } from "./resize.ts";
export { flip, roll, rotate, shift } from "./spatial.ts";
export { polarityFlip, randomSlice, timeJitter } from "./time.ts";
export { composeEvents as compose } from "./transform.ts";
