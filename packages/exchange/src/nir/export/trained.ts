import { Conv2d, Linear, type Module, type Tensor } from "@myelin/core";
import { SparseConv2d } from "@myelin/core/sparse";
import type { NirNetwork } from "../import/index.ts";
import { arrayOf } from "../check.ts";
import type { NirGraph, NirNode, NirValue } from "../types.ts";
import { values } from "./sketch.ts";

/** The graph of an imported network with the weights that it has now. */
export async function trainedGraph(network: NirNetwork): Promise<NirGraph> {
  const visit = async (graph: NirGraph, prefix: string): Promise<NirGraph> => {
    const entries: [string, NirNode | NirGraph][] = [];
    for (const [name, node] of graph.nodes) {
      const path = prefix + name;
      const inner =
        node.type === "NIRGraph" ? await visit(node, `${path}/`) : await current(node, network.layerOf(path));
      entries.push([name, inner]);
    }
    return { ...graph, nodes: new Map(entries) };
  };
  return visit(network.graph, "");
}

/** A node with the weight and bias of its layer, where it has any. */
async function current(node: NirNode, layer: Module | undefined): Promise<NirNode> {
  if (!(layer instanceof Linear || layer instanceof Conv2d || layer instanceof SparseConv2d)) return node;
  const changed: [string, NirValue][] = [["weight", await like(node, "weight", layer.weight)]];
  if (layer.bias !== undefined && node.values.has("bias"))
    changed.push(["bias", await like(node, "bias", layer.bias)]);
  return { ...node, values: new Map([...node.values, ...changed]) };
}

/** A tensor's values; those that no training has changed stay as they were written. */
async function like(node: NirNode, field: string, tensor: Tensor): Promise<NirValue> {
  const before = arrayOf(node.values.get(field));
  const now = await tensor.data();
  const isSame =
    before.data.length === now.length &&
    now.every((value, i) => value === Math.fround(Number(before.data[i])));
  if (isSame) return before;
  const shape = before.data.length === now.length ? before.shape : [now.length];
  return values(Float32Array.from(now), shape);
}
