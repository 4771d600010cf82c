/** Neurons as nodes, by forward Euler: a time constant of tau steps lasts tau dt. */
import { CubaLIF, type EquationNeuron, type SpikingNeuron } from "@myelin/core/neurons";
import { IF, KLIF, LeakyIntegrator, LIF, type Module, PLIF, Tensor } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { sizeOf } from "@myelin/core/ops";
import type { NirValue } from "../types.ts";
import { everywhere, refuseLayer, type Sketch, values, type Wire } from "./sketch.ts";

type Values = Record<string, NirValue>;

/** Adds the node of a neuron; undefined for other layers. */
export async function addNeuron(
  sketch: Sketch,
  name: string,
  module: Module,
  wire: Wire,
): Promise<Wire | undefined> {
  const { shape } = wire;
  const { dt } = sketch;
  if (module instanceof LeakyIntegrator) {
    return sketch.add(name, "LI", leaky({ ...membrane(module), rest: 0 }, dt, shape), wire);
  }
  if (module instanceof CubaLIF)
    return sketch.add(name, "CubaLIF", await currentBased(module, dt, shape), wire);
  if (module instanceof IF) {
    return sketch.add(name, "IF", { r: everywhere(1, shape), ...firing(sketch, module, shape) }, wire);
  }
  const kind = await leakyKind(sketch, module);
  if (kind === undefined) return undefined;
  const rest = kind.neuron.vReset ?? 0;
  const fires = firing(sketch, kind.neuron, shape, kind.vThreshold);
  return sketch.add(name, "LIF", { ...leaky({ ...kind, rest }, dt, shape), ...fires }, wire);
}

/** What is leaky in a neuron, in steps. */
interface Membrane {
  readonly tau: number;
  readonly decayInput: boolean;
}

function membrane({ tau, decayInput }: Membrane): Membrane {
  return { tau, decayInput };
}

interface LeakyKind extends Membrane {
  readonly neuron: SpikingNeuron;
  readonly vThreshold?: number;
}

async function leakyKind(sketch: Sketch, module: Module): Promise<LeakyKind | undefined> {
  if (module instanceof LIF) return { ...membrane(module), neuron: module };
  if (module instanceof PLIF) {
    const rate = 1 / (1 + Math.exp(-(await module.w.item())));
    return { tau: 1 / rate, decayInput: module.decayInput, neuron: module };
  }
  if (!(module instanceof KLIF)) return undefined;
  const k = await module.k.item();
  if (!sketch.approximate || !(k > 0)) refuseLayer(module, `, whose scale is ${k}`, APPROXIMATE);
  warn(
    `exportNir: expected layers that NIR can hold, got ${module.label}. A LIF neuron stands for it, its threshold divided by k.`,
  );
  return { ...membrane(module), neuron: module, vThreshold: module.vThreshold / k };
}

const APPROXIMATE = "Set `approximate` to take the nearest node.";

/** tau v' = v_leak - v + r x: a step of forward Euler adds (v_leak - v) / tau steps, and r x / tau. */
function leaky(
  { tau, decayInput, rest }: Membrane & { rest: number },
  dt: number,
  shape: readonly number[],
): Values {
  return {
    tau: everywhere(tau * dt, shape),
    r: everywhere(decayInput ? 1 : tau, shape),
    v_leak: everywhere(rest, shape),
  };
}

function firing(
  sketch: Sketch,
  neuron: SpikingNeuron,
  shape: readonly number[],
  vThreshold = neuron.vThreshold,
): Values {
  if (neuron.vReset === null) {
    if (!sketch.approximate) refuseLayer(neuron, ", which subtracts its threshold", APPROXIMATE);
    warn(
      `exportNir: expected neurons that are reset to a value, got ${neuron.label}. It is reset to 0 in the graph.`,
    );
  }
  return { v_threshold: everywhere(vThreshold, shape), v_reset: everywhere(neuron.vReset ?? 0, shape) };
}

/** i = alpha i + x is what forward Euler makes of tau_syn i' = w_in x - i, and v likewise. */
async function currentBased(neuron: EquationNeuron, dt: number, shape: readonly number[]): Promise<Values> {
  const [alpha, beta, vThreshold] = await Promise.all(
    ["alpha", "beta", "vThreshold"].map((name) => perNeuron(neuron, name, shape)),
  );
  const of = (data: Float64Array): NirValue => values(data, shape);
  return {
    tau_syn: of(alpha!.map((keep) => dt / (1 - keep))),
    tau_mem: of(beta!.map((keep) => dt / (1 - keep))),
    r: everywhere(1, shape),
    v_leak: everywhere(0, shape),
    v_threshold: of(vThreshold!),
    v_reset: everywhere(0, shape),
    w_in: of(alpha!.map((keep) => 1 / (1 - keep))),
  };
}

/** A parameter of a layer of equations for every neuron: it has one value, one per channel, or all. */
async function perNeuron(
  neuron: EquationNeuron,
  name: string,
  shape: readonly number[],
): Promise<Float64Array> {
  const value = (neuron as unknown as Readonly<Record<string, number | ArrayLike<number> | Tensor>>)[name]!;
  const given = typeof value === "number" ? [value] : value instanceof Tensor ? await value.data() : value;
  const size = sizeOf(shape);
  const each = size / given.length;
  if (!Number.isInteger(each)) refuseLayer(neuron, `, whose ${name} has ${given.length} values`);
  return Float64Array.from({ length: size }, (_, i) => given[Math.floor(i / each)]!);
}
