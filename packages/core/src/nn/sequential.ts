import type { Tensor } from "../engine/index.ts";
import { describeValue, isPlainObject, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { checkReplacement, Module } from "./module.ts";

/**
 * Modules applied one after the other.
 *
 * @example
 * new Sequential(new Linear(784, 128), new LIF(), new Linear(128, 10), new LIF());
 * new Sequential({ fc1: new Linear(784, 128), lif1: new LIF() });
 * @throws MyelinError if a layer is not a module or a name is empty or contains `.` or `/`
 */
export class Sequential extends Module {
  readonly #layers: [string, Module][];

  constructor(layers: Readonly<Record<string, Module>>);
  constructor(...layers: Module[]);
  constructor(...layers: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const first = layers[0];
    const named = layers.length === 1 && isPlainObject(first);
    this.#layers = Object.entries(named ? first : layers) as [string, Module][];
    for (const [name, layer] of this.#layers) checkLayer(name, layer);
    this.namedModules();
  }

  /** The layers in order. */
  get layers(): readonly Module[] {
    return this.#layers.map(([, layer]) => layer);
  }

  /** The layers, then the members of a class that extends this one. */
  override children(): [string, Module][] {
    return [...this.#layers, ...super.children()];
  }

  override replaceChild(name: string, module: Module): void {
    checkReplacement(name, module);
    const entry = this.#layers.find(([key]) => key === name);
    if (entry) entry[1] = module;
    else super.replaceChild(name, module);
  }

  /** The layer called `name` (its position for unnamed layers). */
  get(name: string | number): Module {
    const known: unknown = typeof name === "string" || typeof name === "number";
    if (known !== true) refuse(`${this.label}.get`, "a layer's name or position", name);
    const found = this.#layers.find(([key]) => key === String(name));
    if (found === undefined) {
      const names = this.#layers.map(([key]) => key).join(", ");
      throw new MyelinError(`${this.label}.get: expected one of ${names}, got ${describeValue(name)}.`);
    }
    return found[1];
  }

  forward(x: Tensor): Tensor {
    let y = x;
    for (const [, layer] of this.#layers) y = layer.forward(y);
    return y;
  }
}

function checkLayer(name: string, layer: unknown): void {
  if (!(layer instanceof Module)) {
    refuse(`Sequential.${name}`, "a module such as `new Linear(4, 2)`", layer);
  }
  if (name === "" || /[./]/.test(name)) {
    const form = 'a name without "." and "/"';
    throw new MyelinError(`Sequential: expected ${form}, got "${name}". Names become parts of dotted paths.`);
  }
}
