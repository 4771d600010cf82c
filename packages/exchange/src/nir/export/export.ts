import {
  Conv2d,
  DelayLinear,
  Linear,
  MyelinError,
  Recurrent,
  Residual,
  Sequential,
  type Module,
} from "@myelin/core";
import { checkBoolean, checkNumber, checkOptions, checkShape } from "@myelin/core/checks";
import { checkModule } from "@myelin/core/layers";
import { SparseConv2d, SparseLinear } from "@myelin/core/sparse";
import { NIR_DT, NirNetwork } from "../import/index.ts";
import type { NirGraph } from "../types.ts";
import { addDelays } from "./delays.ts";
import { addLayer } from "./layers.ts";
import { addNeuron } from "./neurons.ts";
import { refuseLayer, Sketch, values, whole, type Wire } from "./sketch.ts";
import { trainedGraph } from "./trained.ts";

/** Options of `exportNir`. */
export interface ExportNirOptions {
  /** The shape of a sample, such as [2, 34, 34]; of networks that begin with a linear layer it is known. */
  readonly input?: readonly number[];
  /** Seconds of a time step, which a network does not know: time constants are multiples of it; default 1e-4. */
  readonly dt?: number;
  /** Takes the nearest node for neurons and pools that NIR does not have, with a warning each; default false. */
  readonly approximate?: boolean;
}

const EXPORTER = "exportNir";

/**
 * The graph of a network in evaluation. `importNir` with the same `dt` and no other option gives the same outputs. Batch
 * normalisation goes into the weights before it, sparse weights get their zeros, delays are rounded to whole steps. A
 * neuron here fires at its threshold; tools that fire above it only differ where a potential is equal to it.
 *
 * @throws UnsupportedError that names the layer, for one that NIR cannot hold
 * @example await writeFile("net.nir", await encodeNir(await exportNir(network, { input: [2, 34, 34] })));
 */
export async function exportNir(network: Module, options: ExportNirOptions = {}): Promise<NirGraph> {
  checkModule(EXPORTER, network);
  const {
    input,
    dt = NIR_DT,
    approximate = false,
  } = checkOptions(EXPORTER, options, {
    ...({ input: true, dt: true, approximate: true } as const),
  });
  checkNumber(`${EXPORTER}.dt`, dt, { above: 0 }, "It is in seconds.");
  checkBoolean(`${EXPORTER}.approximate`, approximate);
  if (input !== undefined) checkShape(`${EXPORTER}.input`, input);
  if (network instanceof NirNetwork) return trainedGraph(network);
  const shape = input ?? inputOf(network);
  const sketch = new Sketch(dt, approximate);
  const start = sketch.add("input", "Input", { shape: whole(...shape) }, { from: [], shape });
  const end = await addModule(sketch, "", network, start);
  sketch.add("output", "Output", { shape: whole(...end.shape) }, end);
  return sketch.graph();
}

/** Adds all of a module, whose children have dotted names as in `namedModules`. */
async function addModule(sketch: Sketch, name: string, module: Module, wire: Wire): Promise<Wire> {
  const below = (child: string): string => (name === "" ? child : `${name}.${child}`);
  if (module instanceof Sequential) {
    let end = wire;
    for (const [child, layer] of module.children()) end = await addModule(sketch, below(child), layer, end);
    return end;
  }
  if (module instanceof Residual) {
    const branch = await addModule(sketch, below("branch"), module.branch, wire);
    const side = module.shortcut ? await addModule(sketch, below("shortcut"), module.shortcut, wire) : wire;
    return { from: [...branch.from, ...side.from], shape: branch.shape };
  }
  if (module instanceof Recurrent)
    return addRecurrent(sketch, below("neuron"), below("feedback"), module, wire);
  const own = name === "" ? "layer" : name;
  return (
    (await addNeuron(sketch, own, module, wire)) ??
    (await addLayer(sketch, own, module, wire)) ??
    (await addDelays(sketch, own, module, wire)) ??
    refuseLayer(module, "")
  );
}

/** The cycle of a neuron and the weights that lead back to it. */
async function addRecurrent(
  sketch: Sketch,
  name: string,
  feedback: string,
  module: Recurrent<unknown>,
  wire: Wire,
): Promise<Wire> {
  const end = (await addNeuron(sketch, name, module.neuron, wire)) ?? refuseLayer(module.neuron, "");
  const { weight } = module.feedback;
  const matrix = values(Float32Array.from(await weight.data()), weight.shape);
  const [back] = sketch.add(feedback, "Linear", { weight: matrix }, end).from;
  sketch.back(back!, end.from[0]!);
  return end;
}

/** The shape of what goes into a network, as its first layer with weights says. */
function inputOf(network: Module): readonly number[] {
  const first = network
    .namedModules()
    .map(([, module]) => module)
    .find((module) => module instanceof Conv2d || module instanceof SparseConv2d || isLinear(module));
  if (first !== undefined && isLinear(first)) return [first.inFeatures];
  throw new MyelinError(
    `${EXPORTER}.input: expected the shape of a sample, got none. Give it as \`input: [2, 34, 34]\`.`,
  );
}

function isLinear(module: Module): module is Linear | SparseLinear | DelayLinear {
  return [Linear, SparseLinear, DelayLinear].some((kind) => module instanceof kind);
}
