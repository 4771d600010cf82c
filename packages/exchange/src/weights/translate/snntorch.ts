import { IF, LeakyIntegrator, LIF, PLIF, type Module } from "@myelin/core";
import type { TensorData } from "@myelin/core/io";
import { SNNTORCH_RESETS, snnTorchKind, type SnnTorchKind } from "../../neurons/index.ts";
import { pythonCall, pythonNumber } from "../../python.ts";
import { NUMBERS, RESET } from "../snntorch.ts";
import { refuseNeuron, shapeOf, valuesOf, type Placed, type Translation } from "./neuron.ts";

const KNOWN =
  "snnTorchLeaky, snnTorchSynaptic, and IF, LIF and PLIF with vReset 0 and decayInput false, and LeakyIntegrator with decayInput false";

type Member = keyof typeof NUMBERS;

/** A neuron of snnTorch, with its numbers by the names there. */
interface Described extends SnnTorchKind {
  readonly numbers: Readonly<Partial<Record<Member, Float64Array>>>;
}

/** What a layer is in snnTorch. */
export async function toSnnTorch({ module, axes }: Placed): Promise<Translation> {
  const { neuron, resetMechanism, resetDelay, numbers } =
    (await ownKind(module)) ?? (await simpler(module)) ?? refuseNeuron(module, "snnTorch", KNOWN);
  const members = Object.entries(numbers);
  const reset = BigInt64Array.of(BigInt(SNNTORCH_RESETS.indexOf(resetMechanism)));
  const tensors = new Map<string, TensorData>([
    ...members.map(([name, values]) => [name, tensorOf(values, axes)] as const),
    [RESET, { shape: [], data: reset }],
  ]);
  // A Synaptic has the factor in its state_dict, and takes none.
  const given = members.filter(([name]) => neuron === "Leaky" || name !== "graded_spikes_factor");
  const python = pythonCall(`snntorch.${neuron}`, {
    ...Object.fromEntries(given.map(([name, data]) => [name, argument(data, axes)])),
    reset_mechanism: JSON.stringify(resetMechanism),
    ...(!resetDelay && { reset_delay: "False" }),
  });
  return { python, tensors };
}

/** Layers of snnTorch's own equations. */
async function ownKind(module: Module): Promise<Described | undefined> {
  const kind = snnTorchKind(module);
  if (!kind) return undefined;
  const members = Object.entries(NUMBERS).filter(([name]) => name !== "alpha" || kind.neuron === "Synaptic");
  const numbers = members.map(async ([name, ours]) => [name, await valuesOf(module, ours)] as const);
  return { ...kind, numbers: Object.fromEntries(await Promise.all(numbers)) };
}

/** Layers of other equations that come to the same: a `Leaky` whose reset is "zero", or that has none. */
async function simpler(module: Module): Promise<Described | undefined> {
  const beta = await betaOf(module);
  if (beta === undefined) return undefined;
  const isIntegrator = module instanceof LeakyIntegrator;
  return {
    ...({ neuron: "Leaky", resetMechanism: isIntegrator ? "none" : "zero", resetDelay: true } as const),
    numbers: {
      beta,
      threshold: isIntegrator ? Float64Array.of(1) : await valuesOf(module, "vThreshold"),
      graded_spikes_factor: Float64Array.of(1),
    },
  };
}

/** What is left of the potential after a step, of neurons that add their whole input to it and are reset to 0. */
async function betaOf(module: Module): Promise<Float64Array | undefined> {
  if (module instanceof LeakyIntegrator) return module.decayInput ? undefined : keptOf(module);
  if (module instanceof IF) return module.vReset === 0 ? Float64Array.of(1) : undefined;
  if (!(module instanceof LIF || module instanceof PLIF)) return undefined;
  if (module.vReset !== 0 || module.decayInput) return undefined;
  if (module instanceof LIF) return keptOf(module);
  return (await valuesOf(module, "w")).map((w) => 1 - 1 / (1 + Math.exp(-w)));
}

async function keptOf(module: LIF | LeakyIntegrator): Promise<Float64Array> {
  return (await valuesOf(module, "tau")).map((tau) => 1 - 1 / tau);
}

/** Of several values there is one per channel. */
function tensorOf(values: Float64Array, axes: number): TensorData {
  return { shape: shapeOf(values, axes), data: Float32Array.from(values) };
}

/** Values of channels come with the weights. */
function argument(values: Float64Array, axes: number): string {
  return values.length === 1 ? pythonNumber(values[0]!) : `torch.zeros(${shapeOf(values, axes).join(", ")})`;
}
