import type { AlifSpec, NeuronSpec, SequenceSize, SurrogateKind } from "../../src/engine/backend/index.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { normal, SWEEP, uniform, withValue } from "./inputs.ts";
import { alifInput, neuronInput, type NeuronInput } from "./neuron-inputs.ts";

const SURROGATES: readonly { readonly surrogate: SurrogateKind; readonly alpha: number }[] = [
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
  surrogate: "atan",
  alpha: 2,
};

const ALIF: AlifSpec = { ...BASE, tauAdaptation: 5, beta: 0.7 };

const KINDS = ["IF", "LIF", "PLIF", "KLIF"] as const;

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
      alifCase({ steps: 4, size: n }, ALIF),
    ]),
    neuronCase({ steps: 20, size: 4099 }, BASE),
    neuronCase(
      { steps: 10, size: 5000 },
      { ...BASE, neuron: "KLIF", surrogate: "piecewiseQuadratic", alpha: 1 },
    ),
    ...alifSweep().map((spec) => alifCase(small, spec)),
    alifCase({ steps: 10, size: 3001 }, ALIF),
    ...KINDS.flatMap((neuron) => [halves(neuron), fromRest(neuron)]),
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

function alifSweep(): AlifSpec[] {
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
    name: describeCase(size, spec.neuron, spec),
    tolerance: ROUNDED,
    run: (bench) => {
      const input = neuronInput(size, spec, PARAMETER, 11);
      neuronForward(bench, size, spec, input);
      neuronBackward(bench, size, spec, input);
    },
  };
}

function neuronForward(bench: Bench, size: SequenceSize, spec: NeuronSpec, input: NeuronInput): void {
  const length = size.steps * size.size;
  bench.backend.neuron.forward(
    size,
    {
      x: bench.in(input.x),
      parameter: parameterOf(bench, spec),
      initial: bench.in(input.initial),
      spikes: bench.out("spikes", length),
      charged: bench.out("charged", length),
      potential: bench.out("potential", length),
      final: bench.out("final", size.size),
    },
    spec,
  );
}

/** Once with every gradient, and once with as few as can be; both after a forward pass without extras. */
function neuronBackward(bench: Bench, size: SequenceSize, spec: NeuronSpec, input: NeuronInput): void {
  const { backend } = bench;
  const length = size.steps * size.size;
  const [x, initial, parameter] = [bench.in(input.x), bench.in(input.initial), parameterOf(bench, spec)];
  const spikes = backend.memory.allocate(length, "step");
  backend.neuron.forward(size, { x, initial, parameter, spikes }, spec);
  const given = { x, initial, parameter, spikes, derivative: tableOf(bench, spec, length) };
  backend.neuron.backward(
    size,
    {
      ...given,
      gSpikes: bench.in(normal(length, 21)),
      gPotential: bench.in(normal(length, 22)),
      gFinal: bench.in(normal(size.size, 23)),
      gx: bench.out("gx", length),
      gParameter: parameter && bench.out("gParameter", 1),
      gInitial: bench.out("gInitial", size.size),
    },
    spec,
  );
  backend.neuron.backward(
    size,
    {
      ...given,
      gSpikes: bench.in(normal(length, 24)),
      gx: bench.out("gx of spikes alone", length),
    },
    spec,
  );
}

function alifCase(size: SequenceSize, spec: AlifSpec): Case {
  return {
    name: describeCase(size, "ALIF", spec),
    tolerance: ROUNDED,
    run: (bench) => {
      const input = alifInput(size, spec, 12);
      alifForward(bench, size, spec, input);
      alifBackward(bench, size, spec, input);
    },
  };
}

function alifForward(bench: Bench, size: SequenceSize, spec: AlifSpec, input: NeuronInput): void {
  const length = size.steps * size.size;
  bench.backend.alif.forward(
    size,
    {
      x: bench.in(input.x),
      ...alifState(bench, input),
      spikes: bench.out("spikes", length),
      charged: bench.out("charged", length),
      potential: bench.out("potential", length),
      finalPotential: bench.out("v[T]", size.size),
      finalAdaptation: bench.out("a[T]", size.size),
    },
    spec,
  );
}

function alifBackward(bench: Bench, size: SequenceSize, spec: AlifSpec, input: NeuronInput): void {
  const length = size.steps * size.size;
  const given = {
    x: bench.in(input.x),
    ...alifState(bench, input),
    derivative: tableOf(bench, spec, length),
  };
  bench.backend.alif.backward(
    size,
    {
      ...given,
      gSpikes: bench.in(normal(length, 21)),
      gPotential: bench.in(normal(length, 22)),
      gFinalPotential: bench.in(normal(size.size, 23)),
      gFinalAdaptation: bench.in(normal(size.size, 24)),
      gx: bench.out("gx", length),
      gInitialPotential: bench.out("gv", size.size),
      gInitialAdaptation: bench.out("ga", size.size),
    },
    spec,
  );
  const gSpikes = bench.in(normal(length, 25));
  bench.backend.alif.backward(size, { ...given, gSpikes, gx: bench.out("gx of spikes alone", length) }, spec);
}

function alifState(bench: Bench, { initial }: NeuronInput) {
  const initialAdaptation = bench.in(new Float32Array(initial.length));
  return { initialPotential: bench.in(initial), initialAdaptation };
}

/** The second half of a sequence goes on where the first ended. */
function halves(neuron: NeuronSpec["neuron"]): Case {
  const spec: NeuronSpec = { ...BASE, neuron };
  const whole = { steps: 8, size: 23 };
  const half = { ...whole, steps: 4 };
  return {
    name: `${neuron} in two halves`,
    tolerance: ROUNDED,
    run: (bench) => {
      const input = neuronInput(whole, spec, PARAMETER, 13);
      let initial = bench.in(input.initial);
      for (const [number, offset] of [0, 92].entries()) {
        const final = bench.out(`final ${number}`, 23);
        const buffers = {
          ...{
            x: bench.in(input.x.slice(offset, offset + 92)),
            initial,
            parameter: parameterOf(bench, spec),
          },
          ...{
            spikes: bench.out(`spikes ${number}`, 92),
            potential: bench.out(`potential ${number}`, 92),
            final,
          },
        };
        bench.backend.neuron.forward(half, buffers, spec);
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
      bench.backend.neuron.forward(
        size,
        {
          x: bench.in(withValue(currents, 10, NaN)),
          parameter: parameterOf(bench, spec),
          spikes: bench.out("spikes", 45),
          potential: bench.out("potential", 45),
        },
        spec,
      );
    },
  };
}

function parameterOf(bench: Bench, { neuron }: NeuronSpec) {
  return neuron === "PLIF" || neuron === "KLIF" ? bench.in(Float32Array.of(PARAMETER)) : undefined;
}

/** The derivatives of a surrogate that a caller has made up. */
function tableOf(bench: Bench, { surrogate }: Pick<NeuronSpec, "surrogate">, length: number) {
  return surrogate === "custom" ? bench.in(uniform(length, 31)) : undefined;
}

function describeCase({ steps, size }: SequenceSize, name: string, spec: AlifSpec | NeuronSpec): string {
  const reset = spec.vReset === null ? "soft reset" : `reset to ${spec.vReset}`;
  const options = [
    `decayInput ${spec.decayInput}`,
    `detachReset ${spec.detachReset}`,
    ...("scaleReset" in spec && spec.scaleReset ? ["scaleReset"] : []),
    spec.surrogate,
  ];
  return `${name} [${steps}, ${size}], ${reset}, ${options.join(", ")}`;
}
