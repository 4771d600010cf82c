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
    const rest = new Float64Array(sizeOf(shape));
    return sketch.add(name, "LI", leaky({ ...(await membrane(module, shape)), rest }, dt, shape), wire);
  }
  if (module instanceof CubaLIF)
    return sketch.add(name, "CubaLIF", await currentBased(module, dt, shape), wire);
  if (module instanceof IF) {
    const fires = await firing(sketch, module, shape);
    return sketch.add(name, "IF", { r: everywhere(1, shape), ...fires }, wire);
  }
  const kind = await leakyKind(sketch, module, shape);
  if (kind === undefined) return undefined;
  const rest = await restOf(kind.neuron, shape);
  const fires = await firing(sketch, kind.neuron, shape, kind.vThreshold);
  return sketch.add(name, "LIF", { ...leaky({ ...kind, rest }, dt, shape), ...fires }, wire);
}

/** What is leaky in neurons; their time constants in steps. */
interface Membrane {
  readonly tau: Float64Array;
  readonly decayInput: boolean;
}

async function membrane(module: LIF | KLIF | LeakyIntegrator, shape: readonly number[]): Promise<Membrane> {
  return { tau: await perNeuron(module, "tau", shape), decayInput: module.decayInput };
}

interface LeakyKind extends Membrane {
  readonly neuron: SpikingNeuron;
  readonly vThreshold?: Float64Array;
}

async function leakyKind(
  sketch: Sketch,
  module: Module,
  shape: readonly number[],
): Promise<LeakyKind | undefined> {
  if (module instanceof LIF) return { ...(await membrane(module, shape)), neuron: module };
  if (module instanceof PLIF) {
    const tau = (await perNeuron(module, "w", shape)).map((w) => 1 / (1 / (1 + Math.exp(-w))));
    return { tau, decayInput: module.decayInput, neuron: module };
  }
  if (!(module instanceof KLIF)) return undefined;
  const k = await perNeuron(module, "k", shape);
  const least = k.reduce((a, b) => Math.min(a, b));
  if (!sketch.approximate || !(least > 0)) refuseLayer(module, `, whose scale is ${least}`, APPROXIMATE);
  warn(
    `exportNir: expected layers that NIR can hold, got ${module.label}. A LIF neuron stands for it, its threshold divided by k.`,
  );
  const vThreshold = (await perNeuron(module, "vThreshold", shape)).map((v, i) => v / k[i]!);
  return { ...(await membrane(module, shape)), neuron: module, vThreshold };
}

const APPROXIMATE = "Set `approximate` to take the nearest node.";

/** tau v' = v_leak - v + r x: a step of forward Euler adds (v_leak - v) / tau steps, and r x / tau. */
function leaky(
  { tau, decayInput, rest }: Membrane & { rest: Float64Array },
  dt: number,
  shape: readonly number[],
): Values {
  return {
    tau: values(
      tau.map((steps) => steps * dt),
      shape,
    ),
    r: decayInput ? everywhere(1, shape) : values(tau, shape),
    v_leak: values(rest, shape),
  };
}

async function firing(
  sketch: Sketch,
  neuron: SpikingNeuron,
  shape: readonly number[],
  vThreshold?: Float64Array,
): Promise<Values> {
  if (neuron.vReset === null) {
    if (!sketch.approximate) refuseLayer(neuron, ", which subtracts its threshold", APPROXIMATE);
    warn(
      `exportNir: expected neurons that are reset to a value, got ${neuron.label}. It is reset to 0 in the graph.`,
    );
  }
  return {
    v_threshold: values(vThreshold ?? (await perNeuron(neuron, "vThreshold", shape)), shape),
    v_reset: values(await restOf(neuron, shape), shape),
  };
}

/** The potential at rest and after a spike. */
async function restOf(neuron: SpikingNeuron, shape: readonly number[]): Promise<Float64Array> {
  return neuron.vReset === null ? new Float64Array(sizeOf(shape)) : perNeuron(neuron, "vReset", shape);
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

/** A parameter for every neuron of a layer: it has one value, one per channel, or all. */
async function perNeuron(neuron: Module, name: string, shape: readonly number[]): Promise<Float64Array> {
  const value = (neuron as unknown as Readonly<Record<string, number | ArrayLike<number> | Tensor>>)[name]!;
  const given = typeof value === "number" ? [value] : value instanceof Tensor ? await value.data() : value;
  const size = sizeOf(shape);
  const each = size / given.length;
  if (!Number.isInteger(each)) refuseLayer(neuron, `, whose ${name} has ${given.length} values`);
  return Float64Array.from({ length: size }, (_, i) => given[Math.floor(i / each)]!);
}
