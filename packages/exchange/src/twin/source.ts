import { Recurrent, Residual, Sequential, type Module } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { checkModule } from "@myelin/core/layers";
import type { EquationNeuron } from "@myelin/core/neurons";
import { equationNumbers, equationsSource, hasEquations } from "./equations.ts";
import { layerOf, layerSource } from "./layers.ts";
import { prelude } from "./python/index.ts";

/**
 * A network as a program of Python on PyTorch alone, which computes the same in evaluation. Its `build` makes the
 * network, whose `state_dict` has the names of `exportStateDict`; `load` takes the weights from the file of the same name
 * that ends in .pt.
 *
 * @throws UnsupportedError that names the layer, for one that has no twin
 */
export function twinSource(network: Module): string {
  checkModule("twinSource", network);
  const writer = new Writer();
  const made = writer.module(network, "    ");
  return `"""A network of Myelin. It needs torch, and the weights in the file of this name that ends in .pt."""

${[prelude(writer.used), ...writer.classes()].join("\n\n\n")}


def build():
    return ${made}


def load(file=pathlib.Path(__file__).with_suffix(".pt")):
    """The network with its weights, for inputs [T, B, ...]."""
    network = build()
    network.load_state_dict(torch.load(file, weights_only=True), strict=True)
    return network.eval()
`;
}

/** Writes modules, and keeps what they need. */
class Writer {
  /** Names of the classes that are used. */
  readonly used = new Set<string>();
  /** Bodies of the classes of neurons that are equations, with the number of each. */
  readonly #neurons = new Map<string, number>();

  module(module: Module, indent: string): string {
    const inner = `${indent}    `;
    if (module instanceof Sequential) return this.#sequential(module, indent);
    if (module instanceof Residual) {
      this.used.add("Residual");
      const parts = module.children().map(([name, part]) => `${inner}${name}=${this.module(part, inner)},`);
      return `Residual(\n${parts.join("\n")}\n${indent})`;
    }
    if (module instanceof Recurrent) {
      this.used.add("Recurrent");
      const neuron = this.module(module.neuron as Module, indent);
      return `Recurrent(${neuron}, features=${module.feedback.inFeatures})`;
    }
    if (hasEquations(module)) return this.#equations(module);
    const layer = layerOf(module) ?? refuse(module);
    this.used.add(layer.name);
    return layerSource(layer);
  }

  /** The classes of neurons that are equations. */
  classes(): string[] {
    return [...this.#neurons].map(([body, number]) => `class Equations${number}(Equations):\n${body}`);
  }

  #sequential(module: Sequential, indent: string): string {
    const inner = `${indent}    `;
    const deeper = `${inner}        `;
    const parts = module
      .children()
      .map(([name, part]) => `${deeper}(${JSON.stringify(name)}, ${this.module(part, deeper)}),`);
    return `nn.Sequential(\n${inner}OrderedDict(\n${inner}    [\n${parts.join("\n")}\n${inner}    ]\n${inner})\n${indent})`;
  }

  #equations(neuron: EquationNeuron): string {
    this.used.add("Equations");
    const body = equationsSource(neuron);
    const number = this.#neurons.get(body) ?? this.#neurons.size + 1;
    this.#neurons.set(body, number);
    return `Equations${number}(${equationNumbers(neuron)})`;
  }
}

function refuse(module: Module): never {
  throw new UnsupportedError(
    `twinSource: expected layers that have a twin in PyTorch, got ${module.label}. Export the weights alone, as .pt.`,
  );
}
