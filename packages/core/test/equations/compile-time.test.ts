/** Every neuron of the zoo is compiled in less than 5 ms of processor time: from text to modules of both passes. */
import { beforeAll, expect, test } from "vitest";
import {
  lower,
  passesOf,
  readModel,
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  wasmPrinter,
} from "../../src/equations/index.ts";
import type { NeuronDefinition } from "../../src/index.ts";
import { ZOO } from "../../src/entries/neurons.ts";

const BAR = 5;
/** Waiting for the processor counts nothing, but caches are shared with whatever else runs. */
const LOAD = 2;
const ROUNDS = 15;

function compile(definition: NeuronDefinition): number {
  const parameters = Object.keys(definition.parameters ?? {});
  const start = process.cpuUsage();
  const model = readModel({ ...definition, parameters });
  const surrogate = readSurrogate("surrogate", SURROGATE_EXPRESSIONS.atan, ["alpha"]);
  const step = lower(model, surrogate, { rows: new Set(parameters) });
  const passes = passesOf(step, { inputs: new Set(model.inputs), parameters: new Set(parameters) });
  const printer = wasmPrinter({ shared: false, relaxed: false });
  for (const kernel of [
    passes.forward(true),
    passes.backward(new Set(model.outputs.map(({ name }) => name))),
  ]) {
    void new WebAssembly.Module(printer.print(kernel));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** What a session compiles first is also compiled by V8 itself: once for all. */
beforeAll(() => {
  for (let round = 0; round < 5; round++)
    for (const { definition } of Object.values(ZOO)) compile(definition);
});

test.each(Object.values(ZOO).map(({ definition }) => [definition.name, definition] as const))(
  "%s",
  (_, definition) => {
    const times = Array.from({ length: ROUNDS }, () => compile(definition)).sort((a, b) => a - b);
    expect(times[ROUNDS >> 1]).toBeLessThan(LOAD * BAR);
  },
);
