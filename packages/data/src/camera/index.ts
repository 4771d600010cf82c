export { IDEAL_CAMERA, type CameraOptions } from "./camera-options.ts";
export { EventCamera } from "./event-camera.ts";
export { motionRecordings } from "./motion-recordings.ts";
export { checkSaccades, saccadeRecordings, type SaccadeOptions } from "./saccade-recordings.ts";
export { saccadePosition } from "./saccades.ts";
export { videoToEvents, type VideoFrame, type VideoOptions } from "./video.ts";
