import {
  type EquationSpec,
  equationSpec,
  type SequenceSize,
  type Storage,
} from "../../src/engine/backend/index.ts";
import { readSurrogate, TABLE } from "../../src/equations/index.ts";
import { surrogateFor } from "../../src/neurons/equation-surrogate.ts";
import { integratorModel } from "../../src/neurons/leaky-integrator.ts";
import { SPIKE_MODEL } from "../../src/neurons/spike.ts";
import {
  equationSpecOf,
  learnedOf,
  modelOf,
  type NeuronSpec,
  plainSize,
  surrogateOf,
} from "../support/built-in.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { normal, SWEEP, uniform, withValue } from "./inputs.ts";
import { neuronInput, type NeuronInput } from "./neuron-inputs.ts";

const SURROGATES: readonly Pick<NeuronSpec, "surrogate" | "alpha">[] = [
  { surrogate: "atan", alpha: 2 },
  { surrogate: "sigmoid", alpha: 4 },
  { surrogate: "piecewiseQuadratic", alpha: 1 },
  { surrogate: "triangle", alpha: 0.8 },
  { surrogate: "rectangle", alpha: 1 },
  { surrogate: "fastSigmoid", alpha: 5 },
  { surrogate: "custom", alpha: 1 },
];

const BASE: NeuronSpec = {
  neuron: "LIF",
  tau: 2,
  decayInput: true,
  vThreshold: 1,
  vReset: 0,
  detachReset: false,
  scaleReset: false,
  tauAdaptation: 5,
  beta: 0.7,
  surrogate: "atan",
  alpha: 2,
};

const ALIF: NeuronSpec = { ...BASE, neuron: "ALIF" };

const KINDS = ["IF", "LIF", "PLIF", "KLIF", "ALIF"] as const;

/** PLIF's w and KLIF's k. */
const PARAMETER = 1.2;

/** Every neuron with every option; spikes must be equal, potentials and gradients close. */
export function neuronCases(): Case[] {
  const small = { steps: 9, size: 21 };
  return [
    ...optionSweep().map((spec) => neuronCase(small, spec)),
    ...SWEEP.flatMap((n) => [
      neuronCase({ steps: 4, size: n }, BASE),
      neuronCase({ steps: n, size: 3 }, { ...BASE, neuron: "PLIF", vReset: null }),
      neuronCase({ steps: 3, size: n }, { ...BASE, neuron: "KLIF", surrogate: "rectangle", alpha: 1 }),
      neuronCase({ steps: 4, size: n }, ALIF),
      integratorCase({ steps: 4, size: n }, true),
      integratorCase({ steps: n, size: 3 }, false),
    ]),
    neuronCase({ steps: 20, size: 4099 }, BASE),
    neuronCase(
      { steps: 10, size: 5000 },
      { ...BASE, neuron: "KLIF", surrogate: "piecewiseQuadratic", alpha: 1 },
    ),
    ...alifSweep().map((spec) => neuronCase(small, spec)),
    neuronCase({ steps: 10, size: 3001 }, ALIF),
    ...KINDS.flatMap((neuron) => [halves(neuron), fromRest(neuron)]),
    ...SWEEP.map((n) => spikeCase(n, SURROGATES[n % SURROGATES.length]!)),
    spikeCase(4099, "1 / (1 + (pi * u) ** 2)"),
  ];
}

function optionSweep(): NeuronSpec[] {
  const resets = [0, -0.25, null].flatMap((vReset) =>
    [true, false].map((detachReset) => ({ vReset, detachReset })),
  );
  const kinds: Partial<NeuronSpec>[] = [
    { neuron: "IF" },
    { neuron: "LIF", decayInput: true },
    { neuron: "LIF", decayInput: false, tau: 1.5, vThreshold: 0.75 },
    { neuron: "PLIF", decayInput: true },
    { neuron: "PLIF", decayInput: false },
    { neuron: "KLIF", decayInput: true },
    { neuron: "KLIF", decayInput: false, tau: 4 },
    { neuron: "KLIF", decayInput: true, scaleReset: true },
  ];
  const families = kinds.flatMap((kind) => resets.map((reset) => ({ ...BASE, ...kind, ...reset })));
  const surrogates = SURROGATES.flatMap((surrogate) => [
    { ...BASE, ...surrogate },
    { ...BASE, ...surrogate, neuron: "KLIF" as const, vReset: null, scaleReset: true },
  ]);
  return [...families, ...surrogates];
}

function alifSweep(): NeuronSpec[] {
  const resets = [0, -0.25, null].flatMap((vReset) =>
    [true, false].map((detachReset) => ({ vReset, detachReset })),
  );
  return [
    ...resets.flatMap((reset) => [true, false].map((decayInput) => ({ ...ALIF, ...reset, decayInput }))),
    ...SURROGATES.map((surrogate) => ({ ...ALIF, ...surrogate })),
  ];
}

function neuronCase(size: SequenceSize, spec: NeuronSpec): Case {
  return {
    name: describeCase(size, spec),
    tolerance: ROUNDED,
    run: (bench) => {
      const input = neuronInput(size, spec, PARAMETER, 11);
      const given = givenTo(bench, spec, input);
      const named = equationSpecOf(spec);
      forward(bench, size, named, given, "");
      backward(bench, size, named, given, ["s", "v", "h"], "");
      // As in training: spikes alone, and the gradient over what was kept.
      const alone = equationSpecOf(spec, { ...modelOf(spec), outputs: modelOf(spec).outputs.slice(0, 1) });
      backward(bench, size, alone, given, ["s"], " of spikes alone");
    },
  };
}

/** What both passes read. */
interface Given {
  readonly inputs: readonly Storage[];
  readonly parameters: readonly (Storage | undefined)[];
  readonly initial: readonly (Storage | undefined)[];
}

function givenTo(bench: Bench, spec: NeuronSpec, { x, initial }: NeuronInput): Given {
  const { states } = modelOf(spec);
  const adaptation = new Float32Array(initial.length);
  return {
    inputs: [bench.in(x)],
    parameters: parametersOf(bench, spec),
    initial: [initial, adaptation].slice(0, states.length).map((values) => bench.in(values)),
  };
}

function parametersOf(bench: Bench, spec: NeuronSpec): (Storage | undefined)[] {
  return modelOf(spec).parameters.map((name) =>
    name === learnedOf(spec) ? bench.in(Float32Array.of(PARAMETER)) : undefined,
  );
}

function forward(bench: Bench, size: SequenceSize, spec: EquationSpec, given: Given, suffix: string): void {
  const { outputs, states } = spec.model;
  bench.backend.equation.forward(
    plainSize(size),
    {
      ...given,
      outputs: outputs.map(({ name }) => bench.out(`${name}${suffix}`, size.steps * size.size)),
      final: states.map(({ name }) => bench.out(`final ${name}${suffix}`, size.size)),
    },
    spec,
  );
}

/** A forward pass that keeps what is needed, and the backward pass. */
function backward(
  bench: Bench,
  size: SequenceSize,
  spec: EquationSpec,
  given: Given,
  incoming: readonly string[],
  suffix: string,
): void {
  const { model, program } = spec;
  const length = size.steps * size.size;
  const sequence = (): Storage => bench.backend.memory.allocate(length, "step");
  const state = (): Storage => bench.backend.memory.allocate(size.size, "step");
  const isAlone = incoming.length === 1;
  // Kept values are a backend's own; the first gives its place to the gradient.
  const kept = Array.from({ length: program.kept }, sequence);
  const gx = bench.out(`gx${suffix}`, length);
  if (isAlone && kept.length > 0) kept[0] = gx;
  const outputs = model.outputs.map(sequence);
  const told = model.spikes.slice(0, program.told).map(sequence);
  const sized = plainSize(size);
  bench.backend.equation.forward(
    sized,
    { ...given, outputs, final: model.states.map(state), kept, told },
    spec,
  );
  bench.backend.equation.backward(
    sized,
    {
      ...given,
      kept,
      slopes: told.map(() => bench.in(uniform(length, 31))),
      gOutputs: model.outputs.map((_, i) =>
        i < incoming.length ? bench.in(normal(length, 21 + i)) : undefined,
      ),
      gFinal: model.states.map((_, i) => (isAlone ? undefined : bench.in(normal(size.size, 23 + i)))),
      gInputs: [gx],
      gInitial: model.states.map(({ name }) => (isAlone ? undefined : bench.out(`g ${name}`, size.size))),
      gParameters: given.parameters.map((parameter) => parameter && bench.out(`gParameter${suffix}`, 1)),
    },
    spec,
  );
}

/** From a state and from zero; gradients of all and of the input alone. */
function integratorCase(size: SequenceSize, decayInput: boolean): Case {
  return {
    name: `leaky integrator [${size.steps}, ${size.size}], decayInput ${decayInput}`,
    tolerance: ROUNDED,
    run: (bench) => {
      const spec = equationSpec({
        ...{ model: integratorModel({ decayInput }), surrogate: undefined, surrogateValues: [] },
        ...{ reach: Infinity, parameters: [{ place: "layer", values: 4 }], inputGradients: [true] },
      });
      const x = bench.in(normal(size.steps * size.size));
      const given = { inputs: [x], parameters: [undefined], initial: [bench.in(normal(size.size, 2))] };
      forward(bench, size, spec, given, "");
      forward(bench, size, spec, { ...given, initial: [undefined] }, " from zero");
      backward(bench, size, spec, given, ["v", "with all"], "");
      backward(bench, size, spec, given, ["v"], " alone");
    },
  };
}

/** The operation `spike`: a neuron of one step without a state. */
function spikeCase(n: number, slope: Pick<NeuronSpec, "surrogate" | "alpha"> | string): Case {
  const name = typeof slope === "string" ? slope : slope.surrogate;
  return {
    name: `spike [${n}], ${name}`,
    tolerance: ROUNDED,
    run: (bench) => {
      const given = typeof slope === "string" ? ownSlope(slope) : builtInSlope(slope);
      const spec = equationSpec({ ...given, model: SPIKE_MODEL, parameters: [], inputGradients: [true] });
      const inputs = { inputs: [bench.in(normal(n))], parameters: [], initial: [] };
      forward(bench, { steps: 1, size: n }, spec, inputs, "");
      backward(bench, { steps: 1, size: n }, spec, inputs, ["s"], "");
    },
  };
}

type Slope = Pick<EquationSpec, "surrogate" | "surrogateValues" | "reach">;

function ownSlope(text: string): Slope {
  return { surrogate: readSurrogate("own", text), surrogateValues: [], reach: Infinity };
}

function builtInSlope(slope: Pick<NeuronSpec, "surrogate" | "alpha">): Slope {
  const { model = TABLE, values, reach } = surrogateFor("surrogate", surrogateOf(slope));
  return { surrogate: model, surrogateValues: values, reach };
}

/** The second half of a sequence goes on where the first ended. */
function halves(neuron: NeuronSpec["neuron"]): Case {
  const spec: NeuronSpec = { ...BASE, neuron };
  const whole = { steps: 8, size: 23 };
  const half = plainSize({ ...whole, steps: 4 });
  return {
    name: `${neuron} in two halves`,
    tolerance: ROUNDED,
    run: (bench) => {
      const input = neuronInput(whole, spec, PARAMETER, 13);
      let { initial } = givenTo(bench, spec, input);
      const named = equationSpecOf(spec);
      for (const [number, offset] of [0, 92].entries()) {
        const final = named.model.states.map(({ name }) => bench.out(`final ${name} ${number}`, 23));
        const buffers = {
          inputs: [bench.in(input.x.slice(offset, offset + 92))],
          parameters: parametersOf(bench, spec),
          initial,
          outputs: named.model.outputs.map(({ name }) => bench.out(`${name} ${number}`, 92)),
          final,
        };
        bench.backend.equation.forward(half, buffers, named);
        initial = final;
      }
    },
  };
}

/** Without `initial` a neuron starts at rest; a NaN current never fires and stays in its own element. */
function fromRest(neuron: NeuronSpec["neuron"]): Case {
  const size = { steps: 5, size: 9 };
  const spec: NeuronSpec = { ...BASE, neuron, vReset: -0.25 };
  return {
    name: `${neuron} from rest, with a NaN current`,
    tolerance: ROUNDED,
    run: (bench) => {
      const currents = neuronInput(size, spec, PARAMETER, 14, -0.25).x;
      const named = equationSpecOf(spec);
      const given = {
        inputs: [bench.in(withValue(currents, 10, NaN))],
        parameters: parametersOf(bench, spec),
        initial: named.model.states.map(() => undefined),
      };
      forward(bench, size, named, given, "");
    },
  };
}

function describeCase({ steps, size }: SequenceSize, spec: NeuronSpec): string {
  const reset = spec.vReset === null ? "soft reset" : `reset to ${spec.vReset}`;
  const options = [
    `decayInput ${spec.decayInput}`,
    `detachReset ${spec.detachReset}`,
    ...(spec.scaleReset ? ["scaleReset"] : []),
    spec.surrogate,
  ];
  return `${spec.neuron} [${steps}, ${size}], ${reset}, ${options.join(", ")}`;
}
