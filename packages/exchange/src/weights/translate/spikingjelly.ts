import { IF, KLIF, LeakyIntegrator, LIF, PLIF, type Module } from "@myelin/core";
import type { TensorData } from "@myelin/core/io";
import { pythonCall, pythonNumber } from "../../python.ts";
import { refuseNeuron, valuesOf, type Placed, type Translation } from "./neuron.ts";

const KNOWN = "IF, LIF, PLIF, KLIF and LeakyIntegrator";

/** What a layer is in SpikingJelly, whose neurons of the same names compute the same. */
export async function toSpikingJelly({ module }: Placed): Promise<Translation> {
  if (module instanceof LeakyIntegrator) return plain("NonSpikingLIFNode", leakOf(module));
  if (module instanceof IF) return plain("IFNode", firing(module));
  if (module instanceof LIF) return plain("LIFNode", { ...leakOf(module), ...firing(module) });
  if (module instanceof PLIF) {
    const [w] = await valuesOf(module, "w");
    const initTau = pythonNumber(1 + Math.exp(-w!));
    const given = { init_tau: initTau, decay_input: pythonBoolean(module.decayInput), ...firing(module) };
    return { ...plain("ParametricLIFNode", given), tensors: single("w", w!) };
  }
  if (!(module instanceof KLIF)) return refuseNeuron(module, "SpikingJelly", KNOWN);
  const given = { scale_reset: pythonBoolean(module.scaleReset), ...leakOf(module), ...firing(module) };
  const [k] = await valuesOf(module, "k");
  return { ...plain("KLIFNode", given), tensors: single("k", k!) };
}

function plain(name: string, given: Readonly<Record<string, string>>): Translation {
  return { python: pythonCall(`neuron.${name}`, given), tensors: new Map() };
}

function single(name: string, value: number): ReadonlyMap<string, TensorData> {
  return new Map([[name, { shape: [], data: Float32Array.of(value) }]]);
}

type Leaky = Module & { readonly tau: number; readonly decayInput: boolean };

function leakOf(module: Leaky): Record<string, string> {
  if (!(module.tau > 1)) refuseNeuron(module, "SpikingJelly", "neurons with tau above 1", " with tau 1");
  return { tau: pythonNumber(module.tau), decay_input: pythonBoolean(module.decayInput) };
}

function firing({ vThreshold, vReset, detachReset }: IF | LIF | PLIF | KLIF): Record<string, string> {
  const reset = vReset === null ? "None" : pythonNumber(vReset);
  return {
    v_threshold: pythonNumber(vThreshold),
    v_reset: reset,
    ...(detachReset && { detach_reset: "True" }),
  };
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
