import { LIF, PLIF, type Module } from "@myelin/core";
import { isNorseLIF, NORSE_DT } from "../../neurons/index.ts";
import { pythonCall, pythonNumber } from "../../python.ts";
import { refuseNeuron, shapeOf, valuesOf, type Placed, type Translation } from "./neuron.ts";

const KNOWN = "norseLIF, and LIF and PLIF with decayInput true and a vReset";

/** The names of Norse's numbers, and of those here. */
const NUMBERS = {
  tau_syn_inv: "tauSynInv",
  tau_mem_inv: "tauMemInv",
  v_leak: "vLeak",
  v_th: "vTh",
  v_reset: "vReset",
} as const;

/** Values by Norse's names. */
type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** What a layer is in Norse, whose neurons have nothing in a state_dict. */
export async function toNorse({ module, axes }: Placed): Promise<Translation> {
  const numbers =
    (await ownNumbers(module)) ?? (await withoutSynapse(module)) ?? refuseNeuron(module, "Norse", KNOWN);
  const parts = Object.entries(numbers).map(([name, values]) => [name, tensor(values, axes)] as const);
  const parameters = pythonCall("norse.LIFParameters", Object.fromEntries(parts));
  const dt = isNorseLIF(module) ? (await valuesOf(module, "dt"))[0]! : NORSE_DT;
  return { python: `norse.LIF(${parameters}, dt=${pythonNumber(dt)})`, tensors: new Map() };
}

async function ownNumbers(module: Module): Promise<Numbers | undefined> {
  if (!isNorseLIF(module)) return undefined;
  const entries = Object.entries(NUMBERS).map(async ([theirs, ours]) => {
    return [theirs, await valuesOf(module, ours)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A synaptic current that is gone after one step is the input itself. */
async function withoutSynapse(module: Module): Promise<Numbers | undefined> {
  if (!(module instanceof LIF || module instanceof PLIF) || module.vReset === null || !module.decayInput) {
    return undefined;
  }
  const rates =
    module instanceof LIF
      ? (await valuesOf(module, "tau")).map((tau) => 1 / tau)
      : (await valuesOf(module, "w")).map((w) => 1 / (1 + Math.exp(-w)));
  const rest = await valuesOf(module, "vReset");
  return {
    tau_syn_inv: [1 / NORSE_DT],
    tau_mem_inv: rates.map((rate) => rate / NORSE_DT),
    v_leak: rest,
    v_th: await valuesOf(module, "vThreshold"),
    v_reset: rest,
  };
}

function tensor(values: ArrayLike<number>, axes: number): string {
  if (values.length === 1) return `torch.tensor(${pythonNumber(values[0]!)})`;
  const all = Array.from(values, pythonNumber).join(", ");
  const shape = shapeOf(values, axes);
  return `torch.tensor([${all}])${shape.length === 1 ? "" : `.reshape(${shape.join(", ")})`}`;
}
