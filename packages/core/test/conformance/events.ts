/**
 * Spikes on their way from a neuron layer to the layers behind it. A backend may remember where the spikes are; these
 * cases check that it never remembers what is no longer true. Integrate-and-fire on dyadic currents is exact, so the
 * results of the products are equal on every backend.
 */
import type {
  ConvSize,
  EquationSpec,
  ImageSize,
  SequenceSize,
  Storage,
} from "../../src/engine/backend/index.ts";
import { ifModel } from "../../src/neurons/if.ts";
import { equationSpecOf, type NeuronSpec, plainSize } from "../support/built-in.ts";
import { type Bench, type Case, ROUNDED } from "./bench.ts";
import { dyadic } from "./inputs.ts";

const STEPS = 6;
const LINEAR = { rows: STEPS * 8, inputs: 120, outputs: 33 };
const IMAGE: ImageSize = { planes: STEPS * 2, channels: 6, positions: 100 };
const CONV: ConvSize = {
  ...{ planes: IMAGE.planes, inChannels: IMAGE.channels, inHeight: 10, inWidth: 10 },
  ...{ outChannels: 9, outHeight: 10, outWidth: 10, kernelHeight: 3, kernelWidth: 3 },
  ...{ stride: 1, padding: 1, groups: 1 },
};

/** The higher the threshold, the rarer the spikes. */
const THRESHOLDS = [0.5, 2, 4, 100];

export function eventCases(): Case[] {
  return THRESHOLDS.flatMap((vThreshold) => [
    event(`linear, threshold ${vThreshold}`, (bench) => linear(bench, rowSpikes(bench, vThreshold))),
    event(`linear on one step, threshold ${vThreshold}`, (bench) => linearOfSteps(bench, vThreshold)),
    event(`conv2d, threshold ${vThreshold}`, (bench) => convolution(bench, imageSpikes(bench, vThreshold))),
    event(`flattened image, threshold ${vThreshold}`, (bench) => flattened(bench, vThreshold)),
    ...Object.entries(CHANGES).map(([name, change]) =>
      event(`linear after ${name}, threshold ${vThreshold}`, (bench) => {
        linear(bench, change(bench, rowSpikes(bench, vThreshold)));
      }),
    ),
    ...(["rectangle", "piecewiseQuadratic", "triangle", "atan"] as const).map((surrogate) => ({
      name: `gradient back through linear and conv2d to neuron, ${surrogate}, threshold ${vThreshold}`,
      tolerance: ROUNDED,
      run: (bench: Bench) => {
        // A wide support is computed densely, a narrow one where it matters.
        for (const alpha of [1, 4]) {
          throughLayer(bench, specOf(vThreshold, surrogate, alpha));
          throughConvolution(bench, specOf(vThreshold, surrogate, alpha));
        }
      },
    })),
  ]);
}

function event(name: string, run: (bench: Bench) => void): Case {
  return { name: `spikes into ${name}`, tolerance: 0, run };
}

function specOf(vThreshold: number, surrogate: NeuronSpec["surrogate"] = "atan", alpha = 1): EquationSpec {
  const spec: NeuronSpec = {
    ...{ neuron: "IF", tau: 2, decayInput: false, vThreshold, vReset: null, detachReset: true },
    ...{ scaleReset: false, tauAdaptation: 1, beta: 0, surrogate, alpha },
  };
  return equationSpecOf(spec, ifModel(spec));
}

function rowSpikes(bench: Bench, vThreshold: number): Storage {
  const length = LINEAR.rows * LINEAR.inputs;
  return fire(bench, vThreshold, length, bench.in(currents(length)));
}

function imageSpikes(bench: Bench, vThreshold: number): Storage {
  const length = IMAGE.planes * IMAGE.channels * IMAGE.positions;
  return fire(bench, vThreshold, length, bench.in(currents(length), IMAGE));
}

function fire(bench: Bench, vThreshold: number, length: number, x: Storage): Storage {
  const spikes = bench.backend.memory.allocate(length, "step");
  fireInto(bench, spikes, x, specOf(vThreshold));
  return spikes;
}

function fireInto(
  bench: Bench,
  spikes: Storage,
  x: Storage,
  spec: EquationSpec,
  kept?: readonly Storage[],
): void {
  const size = { steps: STEPS, size: spikes.length / STEPS };
  const final = [bench.backend.memory.allocate(size.size, "step")];
  const buffers = { ...given(x), outputs: [spikes], final, kept };
  bench.backend.equation.forward(plainSize(size), buffers, spec);
}

/** What both passes read. */
function given(x: Storage) {
  return { inputs: [x], parameters: [undefined], initial: [undefined] };
}

function currents(length: number): Float32Array {
  return dyadic(length, 3).map((value) => value + 0.25);
}

function linear(bench: Bench, spikes: Storage, size = LINEAR, name = ""): void {
  const { backend } = bench;
  const [weight, gy] = [
    bench.in(dyadic(size.outputs * size.inputs, 5)),
    bench.in(dyadic(size.rows * size.outputs, 7)),
  ];
  backend.linear.forward(size, { x: spikes, weight, y: bench.out(`y${name}`, size.rows * size.outputs) });
  const gWeight = bench.out(`gWeight${name}`, size.outputs * size.inputs);
  backend.linear.weightGradient(size, { gy, x: spikes, gWeight });
}

function linearOfSteps(bench: Bench, vThreshold: number): void {
  const spikes = rowSpikes(bench, vThreshold);
  const size = { ...LINEAR, rows: LINEAR.rows / STEPS };
  const length = size.rows * size.inputs;
  for (const t of [0, 3, STEPS - 1]) {
    const step = bench.backend.memory.allocate(length, "step");
    const range = { length, from: t * length, to: 0 };
    bench.backend.elementwise.copyRange(range, { x: spikes, out: step });
    linear(bench, step, size, ` of step ${t}`);
  }
}

function convolution(bench: Bench, spikes: Storage): void {
  const { backend } = bench;
  const image = { ...IMAGE, channels: CONV.outChannels };
  const length = image.planes * image.channels * image.positions;
  const weights = CONV.outChannels * CONV.inChannels * 9;
  const weight = bench.in(dyadic(weights, 5));
  backend.conv.forward(CONV, { x: spikes, weight, y: bench.out("y", length, image) });
  const gy = bench.in(dyadic(length, 7), image);
  backend.conv.weightGradient(CONV, { gy, x: spikes, gWeight: bench.out("gWeight", weights) });
}

function flattened(bench: Bench, vThreshold: number): void {
  const rows = bench.out("rows", IMAGE.planes * IMAGE.channels * IMAGE.positions);
  bench.backend.layout.imageToPlain(IMAGE, { image: imageSpikes(bench, vThreshold), plain: rows });
  linear(bench, rows, { rows: IMAGE.planes, inputs: IMAGE.channels * IMAGE.positions, outputs: 12 });
}

/** Ways to change spikes after they were fired. */
const CHANGES: Record<string, (bench: Bench, spikes: Storage) => Storage> = {
  "a write": (bench, spikes) => {
    bench.backend.memory.write(spikes, dyadic(spikes.length, 9));
    return spikes;
  },
  "a write through a view": (bench, spikes) => {
    bench.backend.memory.write(bench.backend.memory.view(spikes), dyadic(spikes.length, 9));
    return spikes;
  },
  "a fill": (bench, spikes) => {
    bench.backend.elementwise.fill(spikes.length, { out: spikes }, 0.5);
    return spikes;
  },
  "a fill through a view": (bench, spikes) => {
    const out = bench.backend.memory.view(spikes);
    bench.backend.elementwise.fillRange({ length: 480, from: 0, to: 240 }, { out }, 0.5);
    return spikes;
  },
  "an addition in place": (bench, spikes) => {
    const b = bench.in(dyadic(spikes.length, 9));
    bench.backend.elementwise.add(spikes.length, { a: spikes, b, out: spikes });
    return spikes;
  },
  "scaling in place": (bench, spikes) => {
    bench.backend.elementwise.scale(spikes.length, { x: spikes, out: spikes }, -0.5);
    return spikes;
  },
  "a copy over them": (bench, spikes) => {
    const x = bench.in(dyadic(spikes.length, 9));
    bench.backend.elementwise.copy(spikes.length, { x, out: spikes });
    return spikes;
  },
  "a copy away": (bench, spikes) => {
    const copied = bench.backend.memory.allocate(spikes.length, "step");
    bench.backend.elementwise.copy(spikes.length, { x: spikes, out: copied });
    return copied;
  },
  "firing again": (bench, spikes) => {
    const x = bench.in(dyadic(spikes.length, 9).map((value) => value + 0.5));
    fireInto(bench, spikes, x, specOf(1));
    return spikes;
  },
  "release and reuse": (bench, spikes) => {
    const { length } = spikes;
    bench.backend.memory.release(spikes);
    const reused = bench.backend.memory.allocate(length, "step");
    bench.backend.memory.write(reused, dyadic(length, 9));
    return reused;
  },
};

/**
 * The gradient of the spikes may be left out where the surrogate makes nothing of it, so only the gradient behind
 * the neuron counts.
 */
function throughLayer(bench: Bench, spec: EquationSpec): void {
  const { backend } = bench;
  const length = LINEAR.rows * LINEAR.inputs;
  const fired = fireAndKeep(bench, { steps: STEPS, size: length / STEPS }, spec);
  const gSpikes = backend.memory.allocate(length, "step");
  const weight = bench.in(dyadic(LINEAR.outputs * LINEAR.inputs, 5));
  const gy = bench.in(dyadic(LINEAR.rows * LINEAR.outputs, 7));
  backend.linear.usefulInputGradient(LINEAR, { gy, weight, x: fired.spikes, gx: gSpikes });
  back(bench, fired, gSpikes, bench.out("gx", length), spec);
}

/** The same through a convolution. */
function throughConvolution(bench: Bench, spec: EquationSpec): void {
  const { backend } = bench;
  const length = IMAGE.planes * IMAGE.channels * IMAGE.positions;
  const fired = fireAndKeep(bench, { steps: STEPS, size: length / STEPS }, spec, IMAGE);
  const gSpikes = backend.memory.allocate(length, "step");
  const weight = bench.in(dyadic(CONV.outChannels * CONV.inChannels * 9, 5));
  const image = { ...IMAGE, channels: CONV.outChannels };
  const gy = bench.in(dyadic(IMAGE.planes * CONV.outChannels * IMAGE.positions, 7), image);
  backend.conv.usefulInputGradient(CONV, { gy, weight, x: fired.spikes, gx: gSpikes });
  back(bench, fired, gSpikes, bench.out("gx", length, IMAGE), spec);
}

/** A neuron layer's forward pass that keeps its potentials. */
function fireAndKeep(bench: Bench, size: SequenceSize, spec: EquationSpec, image?: ImageSize): Fired {
  const length = size.steps * size.size;
  const x = bench.in(currents(length), image);
  const sequence = (): Storage => bench.backend.memory.allocate(length, "step");
  const spikes = sequence();
  const kept = Array.from({ length: spec.program.kept }, sequence);
  fireInto(bench, spikes, x, spec, kept);
  return { size, x, spikes, kept };
}

interface Fired {
  readonly size: SequenceSize;
  readonly x: Storage;
  readonly spikes: Storage;
  readonly kept: readonly Storage[];
}

function back(
  bench: Bench,
  { size, x, kept }: Fired,
  gSpikes: Storage,
  gx: Storage,
  spec: EquationSpec,
): void {
  const incoming = { ...given(x), kept, gOutputs: [gSpikes], gFinal: [undefined] };
  const outgoing = { gInputs: [gx], gInitial: [undefined], gParameters: [undefined] };
  bench.backend.equation.backward(plainSize(size), { ...incoming, ...outgoing }, spec);
}
