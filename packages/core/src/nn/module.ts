/// <reference lib="esnext.disposable" preserve="true" />
import { checkInstance, checkText } from "../checks.ts";
import { inScope, Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { membersOf } from "./members.ts";
import { NetworkStream, type StreamObstacle, type StreamOptions } from "./stream.ts";
import type { SynapticOperations } from "./synaptic-operations.ts";

/** Integers that a checkpoint keeps besides a module's tensors, such as the places of sparse weights. */
export interface StoredArray {
  /** The values to save. */
  read(): Int32Array;
  /** What is wrong with `values` here, or undefined. */
  fault(values: Int32Array): string | undefined;
  /** Takes saved values back in which `fault` finds nothing. */
  write(values: Int32Array): void;
}

/**
 * A part of a network: a function of a tensor together with its parameters and sub-modules.
 *
 * Members are found in the own properties, and in arrays, plain objects, Maps and Sets there, at any depth: a
 * `Module` is a child, a `Tensor` that requires a gradient is a parameter, any other `Tensor` made outside
 * `engine.step` is a buffer (saved, not trained). Their names are the places joined by dots, such as
 * `blocks.a.weight`. Keep everything else in `#private` fields: what is there is neither trained nor saved.
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

  /**
   * Runs this network one time step at a time: layers carry on from step to step, with the results that whole
   * sequences have in evaluation.
   *
   * @throws MyelinError if a layer cannot stream, by its name and with the reason
   * @example
   * const stream = network.eval().stream({ batch: 1 });
   * const out = stream.step(frame); // f32 [1, ...], overwritten by the next step
   */
  stream(options: StreamOptions = {}): NetworkStream {
    return new NetworkStream(this, options);
  }

  /**
   * What keeps this layer from being streamed, as it is now. Layers that compute each step by itself, or ask
   * `Engine.streaming` for what they carry, have none.
   */
  get streamObstacle(): StreamObstacle | undefined {
    return undefined;
  }

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
    return membersOf(this, isModule).map(({ name, value }) => [name, value]);
  }

  /**
   * Puts another module in the place of the child called `name` in `children`.
   * @throws MyelinError if there is no such child, or it is in a frozen container
   */
  replaceChild(name: string, module: Module): void {
    checkReplacement(name, module);
    const members = membersOf(this, isModule);
    const member = members.find((child) => child.name === name);
    if (member === undefined) {
      const names = members.map((child) => child.name).join(", ") || "children";
      throw new MyelinError(`${this.label}.replaceChild: expected one of ${names}, got "${name}".`);
    }
    if (!member.replace(module)) {
      throw new MyelinError(
        `${this.label}.${name}: expected a layer that can be replaced, got a frozen place.`,
      );
    }
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
    return this.#distinct([...seen].map(([module, path]) => [path, module]));
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

  /**
   * Gives the memory of all parameters, buffers and gradients back at once, for programs that make many networks.
   * The network refuses to be used afterwards, and so do others that share its tensors.
   */
  dispose(): void {
    const reason = `${this.label} was disposed.`;
    for (const [, module] of this.namedModules()) module.releaseIndices();
    for (const [, value] of [...this.namedParameters(), ...this.namedBuffers()]) {
      if (!value.engine.isDisposed) value.grad = undefined;
      value.release(reason);
    }
  }

  /** As `dispose`, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Runs the work of `forward` so that errors of operations carry this module's label. */
  protected scoped<T>(work: () => T): T {
    return inScope(this.label, work);
  }

  /** Gives back what the backend keeps for this module alone besides its tensors. */
  protected releaseIndices(): void {}

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
      for (const { name, value } of membersOf(module, isPersistentTensor)) {
        if (!seen.has(value)) seen.set(value, path === "" ? name : `${path}.${name}`);
      }
    }
    const named = this.#distinct([...seen].map(([value, path]): [string, Tensor] => [path, value]));
    return named.filter(([, value]) => wanted(value));
  }

  /** Names tell members apart in files and messages: keys with dots may make two of them equal. */
  #distinct<T>(named: [string, T][]): [string, T][] {
    const names = new Set<string>();
    for (const [name] of named) {
      if (names.has(name)) {
        const hint = "Name keys and properties without dots.";
        throw new MyelinError(
          `${this.constructor.name}: expected a name of its own for each member, got two called "${name}". ${hint}`,
        );
      }
      names.add(name);
    }
    return named;
  }
}

function isModule(value: object): value is Module {
  return value instanceof Module;
}

function isPersistentTensor(value: object): value is Tensor {
  return value instanceof Tensor && value.isPersistent;
}

/** Requires a name and the module that is to stand under it. */
export function checkReplacement(name: string, module: Module): void {
  checkText("Module.replaceChild.name", name);
  checkInstance("Module.replaceChild.module", module, Module, "a module such as `new Linear(4, 2)`");
}
