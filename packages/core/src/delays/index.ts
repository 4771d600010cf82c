export { DELAY_DEFAULTS, SIGMA_DEFAULTS } from "./defaults.ts";
export { DelayConv2d, type DelayConv2dOptions } from "./delay-conv2d.ts";
export { DelayLayer, type DelayOptions, type DelayVersion } from "./delay-layer.ts";
export { DelayLinear } from "./delay-linear.ts";
export { delayLayers, normalisationParameters, positionParameters, weightParameters } from "./parameters.ts";
export { SigmaSchedule, sigmaSchedule, type SigmaScheduleOptions } from "./schedule.ts";
export { delayStream } from "./delay-stream.ts";
