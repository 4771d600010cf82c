/** The neurons of the zoo: a line for each. */
export { CubaLIF } from "./cuba-lif.ts";
export { Alpha } from "./alpha.ts";
export { Izhikevich } from "./izhikevich.ts";
export { QIF } from "./qif.ts";
export { EIF } from "./eif.ts";
export { AdEx } from "./adex.ts";
export { GLIF } from "./glif.ts";
export { CLIF } from "./clif.ts";
export { ResonateAndFire } from "./resonate-and-fire.ts";
export { BRF } from "./brf.ts";
export { RefractoryLIF } from "./refractory-lif.ts";
export { SigmaDelta } from "./sigma-delta.ts";
export { TernaryLIF } from "./ternary-lif.ts";
export { MultiTimescaleLIF } from "./multi-timescale-lif.ts";
export { TCLIF } from "./tc-lif.ts";
