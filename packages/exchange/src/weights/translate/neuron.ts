import { Tensor, type Module } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";

/** What a layer of neurons is in another framework. */
export interface Translation {
  /** The call that makes it, with imports as its documentation has them. */
  readonly python: string;
  /** All that its state_dict holds, by the names there. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A layer of neurons, and where it stands. */
export interface Placed {
  readonly module: Module;
  /** Axes of a sample after the channels: 2 behind convolutions. */
  readonly axes: number;
}

/** Values of a layer's parameter: one, or one per channel. */
export async function valuesOf(module: Module, name: string): Promise<Float64Array> {
  const value = (module as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof value === "number") return Float64Array.of(value);
  if (value instanceof Tensor) return Float64Array.from(await value.data());
  if (value !== undefined) return Float64Array.from(value as ArrayLike<number>);
  throw new UnsupportedError(
    `exportStateDict: expected values of ${module.label}.${name}, got none before its first input. Give it \`features\`.`,
  );
}

/** Refuses neurons that the framework does not have. */
export function refuseNeuron(module: Module, framework: string, known: string, why = ""): never {
  throw new UnsupportedError(
    `exportStateDict: expected neurons that ${framework} has, got ${module.label}${why}. It has ${known}.`,
  );
}

/** The shape of a layer's values: one is a scalar, those of channels stand along their axis. */
export function shapeOf({ length }: ArrayLike<number>, axes: number): number[] {
  return length === 1 ? [] : [length, ...new Array<number>(axes).fill(1)];
}
