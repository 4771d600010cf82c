import { Tensor } from "../engine/index.ts";
import type { SynapticOperations } from "./synaptic-operations.ts";

/** Integers that a checkpoint keeps besides a module's tensors, such as the places of sparse weights. */
export interface StoredArray {
  read(): Int32Array;
  /** What is wrong with `values` here, or undefined. */
  fault(values: Int32Array): string | undefined;
  write(values: Int32Array): void;
}

/**
 * A part of a network: a function of a tensor together with its parameters and sub-modules.
 *
 * Members are found by their property names: an own property that is a `Module` (or an array of
 * them) is a child, a `Tensor` that requires a gradient is a parameter, any other `Tensor` is a
 * buffer (saved, not trained). Keep everything else in `#private` fields.
 *
 * @example
 * class Net extends Module {
 *   fc1 = new Linear(784, 128);
 *   lif1 = new LIF({ tau: 2 });
 *   forward(x: Tensor) { return this.lif1.forward(this.fc1.forward(x)); }
 * }
 */
export abstract class Module {
  /** Whether layers that differ between training and evaluation behave as in training. */
  training = true;

  #label: string | undefined;
  #depth = -1;

  /** Computes the output; sequences are time-major, `[T, B, ...]`. */
  abstract forward(x: Tensor): Tensor;

  /** Called after every optimiser step: puts parameters back where they have to be. */
  afterStep(): void {}

  /**
   * Name for messages: the class, or for a part of a network the root's class, the dotted path
   * and the class, such as `Sequential.3 (Conv2d)`.
   */
  get label(): string {
    return this.#label ?? this.constructor.name;
  }

  /** Direct sub-modules and their names. Containers with their own naming replace this. */
  children(): [string, Module][] {
    return Object.entries(this).flatMap(([name, value]) => childrenOf(name, value));
  }

  /** Puts another module in the place of the child called `name` in `children`. */
  replaceChild(name: string, module: Module): void {
    const members = this as unknown as Record<string, unknown>;
    const [, array, index] = /^(.*)\.(\d+)$/.exec(name) ?? [];
    if (array !== undefined) (members[array] as Module[])[Number(index)] = module;
    else members[name] = module;
  }

  /** Integers of this module that belong into a checkpoint, by name. */
  arrays(): Readonly<Record<string, StoredArray>> {
    return {};
  }

  /** Those of this module and all below it, with dotted names. */
  namedArrays(): [string, StoredArray][] {
    return this.namedModules().flatMap(([path, module]) =>
      Object.entries(module.arrays()).map(([name, array]): [string, StoredArray] => [
        path === "" ? name : `${path}.${name}`,
        array,
      ]),
    );
  }

  /**
   * This module (path "") and all below it, parents first, each once.
   * Walking also tells every module its `label`.
   */
  namedModules(): [string, Module][] {
    const seen = new Map<Module, string>();
    const visit = (path: string, depth: number, module: Module): void => {
      if (seen.has(module)) return;
      seen.set(module, path);
      module.#setLabel(this, path, depth);
      for (const [name, child] of module.children()) {
        visit(path === "" ? name : `${path}.${name}`, depth + 1, child);
      }
    };
    visit("", 0, this);
    return [...seen].map(([module, path]) => [path, module]);
  }

  /** Trainable tensors with dotted names such as `0.weight` or `block.fc1.bias`, each tensor once. */
  namedParameters(): [string, Tensor][] {
    return this.#namedTensors((value) => value.requiresGrad);
  }

  /** Tensors that are saved but not trained, such as running statistics. */
  namedBuffers(): [string, Tensor][] {
    return this.#namedTensors((value) => !value.requiresGrad);
  }

  /** Trainable tensors, each once. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, value]) => value);
  }

  /**
   * For layers with weights of their own: how often `forward` uses them, for accounting.
   *
   * @param active f32 like the input of `forward`, 1 where that is not zero, else 0
   */
  synapticOperations?(active: Tensor): Promise<SynapticOperations>;

  /** Tensors of this module alone that do not learn but that its paper counts as parameters. */
  frozenParameters(): Tensor[] {
    return [];
  }

  /** Puts this module and all below it into training mode. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Puts this module and all below it into evaluation mode. */
  eval(): this {
    return this.#setTraining(false);
  }

  #setTraining(training: boolean): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  /** A label seen from a root further up replaces one from a root further down. */
  #setLabel(root: Module, path: string, depth: number): void {
    if (depth < this.#depth) return;
    this.#depth = depth;
    const name = root.constructor.name;
    this.#label = path === "" ? name : `${name}.${path} (${this.constructor.name})`;
  }

  #namedTensors(wanted: (value: Tensor) => boolean): [string, Tensor][] {
    const seen = new Map<Tensor, string>();
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Tensor) || !wanted(value) || seen.has(value)) continue;
        seen.set(value, path === "" ? name : `${path}.${name}`);
      }
    }
    return [...seen].map(([value, path]) => [path, value]);
  }
}

function childrenOf(name: string, value: unknown): [string, Module][] {
  if (value instanceof Module) return [[name, value]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, i) =>
    item instanceof Module ? [[`${name}.${i}`, item] as [string, Module]] : [],
  );
}
