export {
  type Activity,
  type ActivityOptions,
  countActivity,
  type SpikingLayerActivity,
  type SynapticLayerActivity,
} from "./activity.ts";
export { type EnergyCosts, type EnergyEstimate, energyEstimate, type EnergyShares } from "./energy.ts";
export { countParameters, type ParameterCount } from "./parameters.ts";
