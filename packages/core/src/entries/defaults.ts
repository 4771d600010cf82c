/**
 * The values of options that are left away.
 *
 * @module @myelin/core/defaults
 */
export { ATTENTION_DEFAULTS } from "../attention/index.ts";
export { DELAY_DEFAULTS, SIGMA_DEFAULTS } from "../delays/index.ts";
export { LOSS_DEFAULTS } from "../loss/index.ts";
export { NEURON_DEFAULTS, SURROGATE_ALPHA } from "../neurons/index.ts";
export { LAYER_DEFAULTS } from "../nn/index.ts";
export { OPTIMIZER_DEFAULTS, SCHEDULE_DEFAULTS } from "../optim/index.ts";
export { STRUCTURE_DEFAULTS } from "../structure/index.ts";
