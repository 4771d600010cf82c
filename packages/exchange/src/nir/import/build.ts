/** The parts of a graph, each for the samples that reach it. */
import { sizeOf } from "@myelin/core/ops";
import { type Asked, knownShape } from "../check.ts";
import type { NirNode } from "../types.ts";
import { convPart } from "./convolution.ts";
import { delayPart } from "./delay.ts";
import { type FlatGraph, sourcesOf } from "./flat.ts";
import { doorPart, flattenPart, linearPart } from "./linear.ts";
import { neuronPart } from "./neurons.ts";
import type { Stage } from "./order.ts";
import type { Part } from "./part.ts";
import { poolPart } from "./pool.ts";
import type { NirRule } from "./rule.ts";
import { type PlacedNode, refuseNode, shapeText } from "./values.ts";

/** A part with the nodes whose values it gets: of this step, and of the step before. */
export interface Wired {
  readonly part: Part;
  readonly now: readonly string[];
  readonly before: readonly string[];
}

/**
 * Builds every node of a graph, in the order of its stages.
 *
 * @throws FormatError that names the first node that does not fit what reaches it
 */
export function buildParts(
  { nodes, edges, inputs }: FlatGraph,
  stages: readonly Stage[],
  rule: NirRule,
  asked: Asked,
): Map<string, Wired> {
  const built = new Map<string, Wired>();
  const sources = sourcesOf(edges);
  for (const name of stages.flatMap(({ names }) => names)) {
    const all = sources.get(name) ?? [];
    const now = all.filter((source) => built.has(source));
    const before = all.filter((source) => !built.has(source));
    const placed: PlacedNode = { ...asked, name, node: nodes.get(name)! };
    const shapes = now.map((source) => built.get(source)!.part.output);
    const shape = commonShape(placed, shapes);
    if (shape === undefined && !inputs.includes(name)) refuseAlone(placed);
    const part = buildPart(placed, shape, rule);
    requireModest(placed, part.output);
    built.set(name, { part, now, before });
  }
  for (const [name, { part, before }] of built) {
    const placed: PlacedNode = { ...asked, name, node: nodes.get(name)! };
    commonShape(placed, [part.input, ...before.map((source) => built.get(source)!.part.output)]);
  }
  return built;
}

/** What several edges bring is added up, so it has one shape; where only axes differ, the first one counts. */
function commonShape(
  placed: PlacedNode,
  shapes: readonly (readonly number[])[],
): readonly number[] | undefined {
  const [first] = shapes;
  const other = shapes.find((shape) => sizeOf(shape) !== sizeOf(first!));
  if (first !== undefined && other !== undefined) {
    refuseNode(
      placed,
      "inputs of one shape",
      `${shapeText(first)} and ${shapeText(other)}`,
      "They are added up.",
    );
  }
  return first;
}

/** Samples of more values are not made: a damaged size would take all memory. */
const MOST_VALUES = 2 ** 24;

function requireModest(placed: PlacedNode, shape: readonly number[]): void {
  if (sizeOf(shape) <= MOST_VALUES) return;
  refuseNode(
    placed,
    `samples of at most ${MOST_VALUES} values`,
    shapeText(shape),
    undefined,
    "not supported",
  );
}

const BUILDERS: Readonly<
  Partial<Record<NirNode["type"], (placed: PlacedNode, input: readonly number[], rule: NirRule) => Part>>
> = {
  Affine: linearPart,
  Linear: linearPart,
  Conv1d: convPart,
  Conv2d: convPart,
  SumPool2d: poolPart,
  AvgPool2d: poolPart,
  Flatten: flattenPart,
};

function refuseAlone(placed: PlacedNode): never {
  refuseNode(placed, "an edge that brings values from an Input node", "none", "Connect it or take it out.");
}

/** @param input the shape of what comes in; an Input node at which a graph begins says it itself */
function buildPart(placed: PlacedNode, input: readonly number[] | undefined, rule: NirRule): Part {
  const { node } = placed;
  if (input === undefined || node.type === "Input" || node.type === "Output") return doorPart(placed, input);
  const build = BUILDERS[node.type];
  if (build) return build(placed, input, rule);
  const shape = ownShape(node, input);
  return node.type === "Delay" ? delayPart(placed, shape, rule) : neuronPart(placed, shape, rule);
}

/** The shape that a node's parameters have, where it has as many values as come in. */
function ownShape(node: NirNode, input: readonly number[]): readonly number[] {
  const own = knownShape(node, "in") ?? input;
  return sizeOf(own) === sizeOf(input) && own.length > 0 ? own : input;
}
