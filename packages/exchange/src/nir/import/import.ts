import { checkText } from "@myelin/core/checks";
import { type Asked, checkGraph, requireGraph } from "../check.ts";
import { readNir } from "../read.ts";
import type { NirGraph } from "../types.ts";
import { buildParts } from "./build.ts";
import { flatten } from "./flat.ts";
import { NirNetwork } from "./network.ts";
import { stagesOf } from "./order.ts";
import { type ImportNirOptions, ruleOf } from "./rule.ts";

const IMPORTER = "importNir";

/**
 * A network of a NIR graph, on the current engine: any graph, with branches, sums, cycles, and graphs in it. NIR has
 * equations in continuous time; the options say how they become time steps, and the network's `description` in words.
 *
 * @param source the graph, or the bytes of its file
 * @throws FormatError that names the node, for a graph that is damaged or cannot run
 * @source Pedersen et al., "Neuromorphic intermediate representation", Nature Communications 2024
 * @example
 * const network = await importNir(await readNirFile("cnn.nir"), { dt: 1e-3 });
 * const spikes = await engine.step(() => network.forward(x).data());
 */
export async function importNir(
  source: NirGraph | Uint8Array,
  options: ImportNirOptions = {},
): Promise<NirNetwork> {
  const rule = ruleOf(IMPORTER, options);
  const { name: file = "graph.nir" } = options;
  checkText(`${IMPORTER}.name`, file);
  const asked: Asked = { reader: IMPORTER, file };
  const graph = source instanceof Uint8Array ? await readNir(source, { name: file }) : source;
  requireGraph(IMPORTER, graph, "a graph or the bytes of a file");
  checkGraph(graph, asked, "node");
  const flat = flatten(graph, asked);
  const stages = stagesOf([...flat.nodes.keys()], flat.edges);
  return new NirNetwork({ graph, flat, stages, rule, parts: buildParts(flat, stages, rule, asked) });
}
