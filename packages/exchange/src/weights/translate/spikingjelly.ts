import { IF, KLIF, LeakyIntegrator, LIF, PLIF, type Module } from "@myelin/core";
import type { TensorData } from "@myelin/core/io";
import { pythonCall, pythonNumber } from "../../python.ts";
import { refuseNeuron, valuesOf, type Placed, type Translation } from "./neuron.ts";

const KNOWN = "IF, LIF, PLIF, KLIF and LeakyIntegrator";

/** What a layer is in SpikingJelly, whose neurons of the same names compute the same. */
export async function toSpikingJelly({ module }: Placed): Promise<Translation> {
  if (module instanceof LeakyIntegrator) return plain("NonSpikingLIFNode", await leakOf(module));
  if (module instanceof IF) return plain("IFNode", await firing(module));
  if (module instanceof LIF)
    return plain("LIFNode", { ...(await leakOf(module)), ...(await firing(module)) });
  if (module instanceof PLIF) {
    const w = await only(module, "w");
    const initTau = pythonNumber(1 + Math.exp(-w));
    const leak = { init_tau: initTau, decay_input: pythonBoolean(module.decayInput) };
    const given = { ...leak, ...(await firing(module)) };
    return { ...plain("ParametricLIFNode", given), tensors: single("w", w) };
  }
  if (!(module instanceof KLIF)) return refuseNeuron(module, "SpikingJelly", KNOWN);
  const scaling = { scale_reset: pythonBoolean(module.scaleReset) };
  const given = { ...scaling, ...(await leakOf(module)), ...(await firing(module)) };
  return { ...plain("KLIFNode", given), tensors: single("k", await only(module, "k")) };
}

function plain(name: string, given: Readonly<Record<string, string>>): Translation {
  return { python: pythonCall(`neuron.${name}`, given), tensors: new Map() };
}

function single(name: string, value: number): ReadonlyMap<string, TensorData> {
  return new Map([[name, { shape: [], data: Float32Array.of(value) }]]);
}

type Leaky = Module & { readonly decayInput: boolean };

async function leakOf(module: Leaky): Promise<Record<string, string>> {
  const tau = await only(module, "tau");
  if (!(tau > 1)) refuseNeuron(module, "SpikingJelly", "neurons with tau above 1", " with tau 1");
  return { tau: pythonNumber(tau), decay_input: pythonBoolean(module.decayInput) };
}

async function firing(module: IF | LIF | PLIF | KLIF): Promise<Record<string, string>> {
  return {
    v_threshold: pythonNumber(await only(module, "vThreshold")),
    v_reset: module.vReset === null ? "None" : pythonNumber(await only(module, "vReset")),
    ...(module.detachReset && { detach_reset: "True" }),
  };
}

/** The one value that a parameter has for the layer. */
async function only(module: Module, name: string): Promise<number> {
  const values = await valuesOf(module, name);
  const got = ` with ${values.length} values of ${name}`;
  if (values.length > 1) refuseNeuron(module, "SpikingJelly", "neurons with one value per layer", got);
  return values[0]!;
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
