import type { Module } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import type { TensorArray } from "@myelin/core/io";
import { sizeOf } from "@myelin/core/ops";
import type { NirEdge, NirGraph, NirNode, NirType, NirValue } from "../types.ts";

/** Where values come from while a graph is drawn: nodes whose values add up, and the shape of a sample. */
export interface Wire {
  readonly from: readonly string[];
  readonly shape: readonly number[];
}

/** A graph that grows node by node. */
export class Sketch {
  /** Seconds of a time step. */
  readonly dt: number;
  /** Whether the nearest node stands for a layer that NIR does not have. */
  readonly approximate: boolean;
  readonly #nodes = new Map<string, NirNode>();
  readonly #edges: NirEdge[] = [];

  constructor(dt: number, approximate: boolean) {
    this.dt = dt;
    this.approximate = approximate;
  }

  /** Adds a node behind others; names that are taken get a number. */
  add(
    name: string,
    type: NirType,
    values: Readonly<Record<string, NirValue>>,
    wire: Wire,
    shape = wire.shape,
  ): Wire {
    let free = name;
    for (let n = 2; this.#nodes.has(free) || (free === "output" && type !== "Output"); n++)
      free = `${name}_${n}`;
    this.#nodes.set(free, { type, values: new Map(Object.entries(values)) });
    for (const source of wire.from) this.#edges.push([source, free]);
    return { from: [free], shape };
  }

  /** An edge back to an earlier node. */
  back(from: string, to: string): void {
    this.#edges.push([from, to]);
  }

  /** The node that a wire comes from, if it is one alone. */
  only({ from }: Wire): NirNode | undefined {
    return from.length === 1 ? this.#nodes.get(from[0]!) : undefined;
  }

  /** Puts other values in the place of a node's. */
  change({ from }: Wire, { type, values }: NirNode, changed: Readonly<Record<string, NirValue>>): void {
    this.#nodes.set(from[0]!, { type, values: new Map([...values, ...Object.entries(changed)]) });
  }

  graph(): NirGraph {
    return { type: "NIRGraph", nodes: this.#nodes, edges: this.#edges };
  }
}

/** Throws the one error about a layer. */
export function refuseLayer(
  module: Module,
  got: string,
  hint = "Export the weights alone, as .safetensors.",
): never {
  throw new UnsupportedError(
    `exportNir: expected layers that NIR can hold, got ${module.label}${got}. ${hint}`,
  );
}

/** Numbers as a parameter. */
export function values(data: TensorArray, shape: readonly number[] = [data.length]): NirValue {
  return { shape, data };
}

/** One number for every neuron of a shape. */
export function everywhere(value: number, shape: readonly number[]): NirValue {
  return values(new Float64Array(sizeOf(shape)).fill(value), shape);
}

/** Whole numbers, as NumPy writes them. */
export function whole(...numbers: number[]): NirValue {
  return values(BigInt64Array.from(numbers, BigInt));
}

/** A whole number of its own. */
export function wholeNumber(number: number): NirValue {
  return values(BigInt64Array.of(BigInt(number)), []);
}
