import type { Module } from "@myelin/core";
import { checkOptions, isPlainObject } from "@myelin/core/checks";
import { SpikingNeuron } from "@myelin/core/neurons";
import { NORSE_LIF, norseLIF, type NorseLIFOptions } from "../neurons/index.ts";
import type { FileNeuron } from "./convert-neurons.ts";

/** Norse's neurons, whose numbers no file of it holds: as an option says, one for all layers or one for each. */
export function norseNeurons(
  given: NorseLIFOptions | readonly NorseLIFOptions[],
  network: Module,
): readonly FileNeuron[] {
  const count = network.namedModules().filter(([, module]) => module instanceof SpikingNeuron).length;
  const all = isList(given) ? given : new Array<NorseLIFOptions>(count).fill(given);
  return all.map((options, i) => {
    checkOptions("loadWeights.neurons", options, NORSE_LIF, "{ tauMemInv: 100 }");
    const { surrogate, ...values } = options;
    const layer = norseLIF(values);
    const { parameters } = layer.description;
    const numbers = layer as unknown as Readonly<Record<string, FileNeuron["values"][string]>>;
    return {
      theirs: `neurons[${i}]`,
      name: "norseLIF",
      values: Object.fromEntries(parameters.map((name) => [name, numbers[name]!])),
      further: {},
      make: (own) => norseLIF({ ...values, surrogate: surrogate ?? own }),
    };
  });
}

function isList(given: NorseLIFOptions | readonly NorseLIFOptions[]): given is readonly NorseLIFOptions[] {
  return !isPlainObject(given);
}
