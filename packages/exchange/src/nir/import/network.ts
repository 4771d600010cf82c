import { Module, MyelinError, ShapeError, type Tensor } from "@myelin/core";
import { checkOptions } from "@myelin/core/checks";
import { add, checkTensor } from "@myelin/core/ops";
import { onWholeSequence, runningStream } from "@myelin/core/layers";
import type { NirGraph } from "../types.ts";
import type { Wired } from "./build.ts";
import { stateOf, tensorsOf } from "./carried.ts";
import { runCycle, type CycleState } from "./cycle.ts";
import type { FlatGraph } from "./flat.ts";
import type { Stage } from "./order.ts";
import { describeRule, type NirRule } from "./rule.ts";
import { asShape, sampleShape } from "./samples.ts";

/** What a network keeps between calls: of each stage, by the name of its first node. */
export type NirState = Readonly<Record<string, unknown>>;

/** Values of the Output nodes by name, and the state to pass to the next call. */
export interface NirResult {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly state: NirState;
}

/** What `importNir` makes a network of. */
export interface NirNetworkParts {
  readonly graph: NirGraph;
  readonly flat: FlatGraph;
  readonly stages: readonly Stage[];
  readonly parts: ReadonlyMap<string, Wired>;
  readonly rule: NirRule;
}

/**
 * A graph that runs: made by `importNir`. Nodes are computed for whole sequences, those of a cycle step by step: an edge
 * that closes it brings the value of the step before, and before the first step neurons are silent.
 *
 * @param x f32 [T, B, ...], the samples of the only Input node
 * @returns f32 [T, B, ...], the values of the only Output node
 * @throws ShapeError if `x` has no time axis or samples of another shape
 */
export class NirNetwork extends Module {
  readonly #parts: NirNetworkParts;

  constructor(parts: NirNetworkParts) {
    super();
    this.#parts = parts;
    this.namedModules();
  }

  /** The graph that it was made of. */
  get graph(): NirGraph {
    return this.#parts.graph;
  }

  /** How neurons compute a step. */
  get rule(): NirRule {
    return this.#parts.rule;
  }

  /** That in words. */
  get description(): string {
    return describeRule(this.rule);
  }

  /** Shapes of one sample of each Input node, by name. */
  get inputShapes(): Readonly<Record<string, readonly number[]>> {
    const { flat, parts } = this.#parts;
    return Object.fromEntries(flat.inputs.map((name) => [name, parts.get(name)!.part.input]));
  }

  /** The layers of the nodes that have any; a dot stands for the slash of paths. */
  override children(): [string, Module][] {
    const taken = new Set<string>();
    return [...this.#parts.parts].flatMap(([name, { part }]): [string, Module][] => {
      if (part.module === undefined) return [];
      let free = name.replaceAll("/", ".");
      while (taken.has(free)) free += "_";
      taken.add(free);
      return [[free, part.module]];
    });
  }

  /** The layer of a node, by its path in the graph. */
  layerOf(name: string): Module | undefined {
    return this.#parts.parts.get(name)?.part.module;
  }

  override replaceChild(name: string): never {
    throw new MyelinError(
      `${this.label}.${name}: expected a layer that can be replaced, got a node of a graph.`,
    );
  }

  forward(x: Tensor): Tensor {
    const { inputs, outputs } = this.#parts.flat;
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw new MyelinError(
        `${this.label}.forward: expected a graph with one input and one output, got ${inputs.length} and ` +
          `${outputs.length}. Call run({ ${inputs.join(", ")} }).`,
      );
    }
    const carried = runningStream()?.carried({ severalSteps: true });
    if (carried === undefined) return this.run({ [inputs[0]!]: x }).outputs[outputs[0]!]!;
    const before = stateOf(carried.state ?? {});
    const result = onWholeSequence(x.engine, () => this.run({ [inputs[0]!]: x }, before));
    carried.keep(tensorsOf(result.state));
    return result.outputs[outputs[0]!]!;
  }

  /**
   * A sequence, or a piece of one.
   *
   * @param inputs f32 [T, B, ...] for each Input node, by name
   * @param state from the piece before; at rest when absent
   */
  run(inputs: Readonly<Record<string, Tensor>>, state: NirState = {}): NirResult {
    const { flat, stages, parts } = this.#parts;
    const known = Object.fromEntries(flat.inputs.map((name) => [name, true as const]));
    checkOptions<Readonly<Record<string, Tensor>>>(`${this.label}.run.inputs`, inputs, known);
    const stateful = Object.fromEntries(stages.map(({ names }) => [names[0]!, "nullable" as const]));
    checkOptions(`${this.label}.run.state`, state, stateful, "that of the piece before");
    const values = new Map(flat.inputs.map((name) => [name, this.#input(name, inputs[name])]));
    const after: Record<string, unknown> = {};
    for (const { names, recurrent } of stages) {
      const [name] = names as [string];
      if (recurrent) {
        const result = runCycle(names, parts, values, state[name] as CycleState | undefined);
        result.values.forEach((value, member) => values.set(member, value));
        after[name] = result.state;
        continue;
      }
      const { part, now } = parts.get(name)!;
      const x = now.length === 0 ? values.get(name)! : sum(now, values, part.input);
      const { y, state: next } = part.run(x, state[name]);
      values.set(name, y);
      if (next !== undefined) after[name] = next;
    }
    return {
      outputs: Object.fromEntries(flat.outputs.map((name) => [name, values.get(name)!])),
      state: after,
    };
  }

  #input(name: string, x: Tensor | undefined): Tensor {
    const symbol = `${this.label}.run.inputs.${name}`;
    const shape = this.inputShapes[name]!;
    const expected = `a sequence [T, B, ${shape.join(", ")}]`;
    if (x === undefined)
      throw new MyelinError(`${symbol}: expected ${expected}, got none. It is an Input node.`);
    checkTensor(symbol, x);
    const size = shape.reduce((product, axis) => product * axis, 1);
    const own = sampleShape(x).reduce((product, axis) => product * axis, 1);
    if (x.shape.length < 3 || own !== size || (x.shape.length !== 3 && x.shape.length !== shape.length + 2)) {
      throw new ShapeError(
        `${symbol}: expected ${expected}, got [${x.shape.join(", ")}]. One step is [1, B, ...].`,
      );
    }
    return asShape(x, shape, symbol);
  }
}

/** What edges bring to a node, added up. */
export function sum(
  names: readonly string[],
  values: ReadonlyMap<string, Tensor>,
  shape: readonly number[],
): Tensor {
  return names.map((name) => asShape(values.get(name)!, shape, name)).reduce((a, b) => add(a, b));
}
