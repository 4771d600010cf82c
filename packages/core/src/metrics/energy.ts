import { checkNumber, checkOptions, isPlainObject, refuse, withDefaults } from "../checks.ts";
import type { Activity } from "./activity.ts";

/** Energy of single operations, in joules. */
export interface EnergyCosts {
  /** A float32 multiply-accumulate; default 4.6 pJ. */
  readonly mac: number;
  /** A float32 addition; default 0.9 pJ. */
  readonly ac: number;
  /** Reading or writing 32 bits in on-chip memory of 32 KiB; default 5 pJ. */
  readonly access: number;
}

/** Energy a sample, in joules. */
export interface EnergyShares {
  /** Synaptic operations: the figure that papers usually give. */
  readonly operations: number;
  /** Updates of neurons, a multiply-accumulate each. */
  readonly neurons: number;
  /** Accesses to weights, sums, inputs and potentials. */
  readonly memory: number;
  readonly total: number;
}

/** What a network would need, by a model that leaves much out; see `assumptions` and `limits`. */
export interface EnergyEstimate {
  readonly spiking: EnergyShares;
  /** The same network without use of sparsity: all products at all time steps are multiply-accumulates. */
  readonly dense: EnergyShares;
  readonly assumptions: readonly string[];
  readonly limits: readonly string[];
}

/** 45 nm at 0.9 V. */
const COSTS: EnergyCosts = { mac: 4.6e-12, ac: 0.9e-12, access: 5e-12 };

/**
 * Estimates the energy of one sample from counted operations.
 *
 *   operations = mac E_mac + ac E_ac                     (dense: dense E_mac)
 *   neurons    = updates E_mac
 *   memory     = (2 mac + 3 ac + 2 updates) E_access     (dense: 2 dense + 2 updates)
 *
 * A multiply-accumulate reads a weight and an input, an accumulate by an event reads a weight and reads and
 * writes the sum it adds to, an update reads and writes a potential. `operations` alone is what most papers
 * give; memory usually outweighs it, so show `total` beside it.
 *
 * @param costs replaces single costs, in joules
 * @throws MyelinError if a cost is negative or not finite
 * @source costs: Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014, as tabulated
 * in Han et al., "Learning both weights and connections", NeurIPS 2015, table 1
 */
export function energyEstimate(activity: Activity, costs: Partial<EnergyCosts> = {}): EnergyEstimate {
  checkOptions<object>("energyEstimate.costs", costs, { mac: true, ac: true, access: true });
  const used = withDefaults(COSTS, costs);
  for (const [name, cost] of Object.entries(used)) checkNumber(`energyEstimate.${name}`, cost, { min: 0 });
  const { mac, ac, dense, neuronUpdates } = checkActivity(activity);
  return {
    spiking: shares(used, { mac, ac, neuronUpdates }),
    dense: shares(used, { mac: dense, ac: 0, neuronUpdates }),
    assumptions: assumptions(used),
    limits: LIMITS,
  };
}

function checkActivity(activity: Activity): Activity {
  if (!isPlainObject(activity)) refuse("energyEstimate", "what countActivity returned", activity);
  for (const name of ["mac", "ac", "dense", "neuronUpdates"] as const) {
    checkNumber(`energyEstimate.activity.${name}`, activity[name], { min: 0 });
  }
  return activity;
}

type Counts = Pick<Activity, "mac" | "ac" | "neuronUpdates">;

function shares(costs: EnergyCosts, { mac, ac, neuronUpdates }: Counts): EnergyShares {
  const operations = mac * costs.mac + ac * costs.ac;
  const neurons = neuronUpdates * costs.mac;
  const memory = (2 * mac + 3 * ac + 2 * neuronUpdates) * costs.access;
  return { operations, neurons, memory, total: operations + neurons + memory };
}

function assumptions({ mac, ac, access }: EnergyCosts): string[] {
  const picojoules = (joules: number): string => `${Number((joules * 1e12).toPrecision(3))} pJ`;
  return [
    `float32 arithmetic in 45 nm: ${picojoules(mac)} a multiply-accumulate, ${picojoules(ac)} an accumulate`,
    `${picojoules(access)} for 32 bits read from or written to on-chip memory of 32 KiB`,
    "hardware that spends nothing on inputs or weights that are zero",
    "each neuron is updated at each time step, for one multiply-accumulate, a read and a write",
    "normalisation is folded into weights; pooling, biases and encoding cost nothing",
  ];
}

const LIMITS: readonly string[] = [
  "fetched values are never used twice: dense hardware does reuse them, so its memory share is an upper bound",
  "moving and queueing spikes, finding zeros, memory outside the chip, control and idle circuits are left out",
  "a quantised network without spikes may need less: 8-bit integers multiply and add for 0.2 pJ",
  "an estimate of inference on other hardware, not a measurement of this program",
];
