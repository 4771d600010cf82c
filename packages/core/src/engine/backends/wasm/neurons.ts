import type { SequenceSize, Storage } from "../../backend.ts";
import type {
  AlifBackward,
  AlifForward,
  AlifSpec,
  IntegratorSpec,
  NeuronBackward,
  NeuronForward,
  NeuronSpec,
  SurrogateKind,
} from "../../backend-neurons.ts";
import type { Machine } from "./machine.ts";
import { addressOf, type WasmStorage } from "./storage.ts";
import { supportOf } from "./support.ts";

/** Numbers of the surrogates in assembly/surrogate.ts; "custom" brings its own derivatives. */
const SURROGATES: Record<SurrogateKind, number> = {
  atan: 0,
  sigmoid: 1,
  piecewiseQuadratic: 2,
  triangle: 3,
  rectangle: 4,
  fastSigmoid: 5,
  custom: 5,
};

/** Numbers of a block of elements over all steps that stay in the second-level cache. */
const BLOCK_NUMBERS = 32768;

/** Elements a block; a function of the shape alone, since partial sums are taken a block. */
function blockOf({ steps, size }: SequenceSize): number {
  const fitting = Math.floor(BLOCK_NUMBERS / steps / 16) * 16;
  const shared = Math.ceil(size / 8 / 16) * 16;
  return Math.max(16, Math.min(fitting, shared, 4096));
}

/** h = keep v + gain x + offset. */
interface Charge {
  readonly keep: number;
  readonly gain: number;
  readonly offset: number;
}

/** @param r reciprocal time constant */
function chargeOf(r: number, decayInput: boolean, vReset: number | null): Charge {
  return { keep: 1 - r, gain: decayInput ? r : 1, offset: r * (vReset ?? 0) };
}

function reciprocalTau(spec: NeuronSpec, parameter: number): number {
  return spec.neuron === "PLIF" ? 1 / (1 + Math.exp(-parameter)) : 1 / spec.tau;
}

/** The record of assembly/neuron.ts. */
function neuronRecord(
  machine: Machine,
  spec: NeuronSpec,
  parameter: Storage | undefined,
  learns: boolean,
): number {
  const value = parameter ? (machine.numbers(parameter)[0] as number) : 0;
  const { vThreshold, vReset } = spec;
  const { keep, gain, offset } =
    spec.neuron === "IF"
      ? { keep: 1, gain: 1, offset: 0 }
      : chargeOf(reciprocalTau(spec, value), spec.decayInput, vReset);
  const isKlif = spec.neuron === "KLIF";
  const k = isKlif ? value : 1;
  const resetScale = isKlif && spec.scaleReset ? 1 / k : 1;
  const learned = !learns ? 0 : isKlif ? 1 : 2;
  return machine.record(
    [keep, gain, offset, k, isKlif ? 0 : -Infinity, vThreshold, vReset ?? 0, resetScale, spec.alpha],
    [
      ...[SURROGATES[spec.surrogate], Number(vReset === null), Number(spec.detachReset), learned],
      ...[Number(spec.decayInput), Number(isKlif && spec.scaleReset)],
    ],
  );
}

export function neuronForward(
  machine: Machine,
  size: SequenceSize,
  spec: NeuronSpec,
  b: NeuronForward,
): void {
  const final = b.final ?? machine.allocate(size.size, "step");
  const record = neuronRecord(machine, spec, b.parameter, false);
  machine.run("neuronForward", size.size, blockOf(size), [
    ...[record, addressOf(b.x), addressOf(b.initial), addressOf(b.spikes), addressOf(b.charged)],
    ...[addressOf(b.potential), addressOf(final), size.steps, size.size],
  ]);
  (b.spikes as WasmStorage).support = supportOf(machine, spec, b.charged);
}

export function neuronBackward(
  machine: Machine,
  size: SequenceSize,
  spec: NeuronSpec,
  b: NeuronBackward,
): void {
  const record = neuronRecord(machine, spec, b.parameter, b.gParameter !== undefined);
  const block = blockOf(size);
  const args = (partials: number): number[] => [
    ...[record, addressOf(b.x), addressOf(b.initial), addressOf(b.charged)],
    ...[addressOf(b.gSpikes), addressOf(b.gPotential)],
    ...[addressOf(b.gFinal), addressOf(b.derivative), addressOf(b.gx), addressOf(b.gInitial), partials],
    ...[size.steps, size.size, block],
  ];
  if (!b.gParameter) {
    machine.run("neuronBackward", size.size, block, args(0));
    return;
  }
  const sum = machine.sum("neuronBackward", size.size, block, args);
  const value = machine.numbers(b.parameter as Storage)[0] as number;
  const r = reciprocalTau(spec, value);
  machine.numbers(b.gParameter)[0] = spec.neuron === "PLIF" ? sum * r * (1 - r) : sum;
}

/** The record of assembly/alif.ts. */
function alifRecord(machine: Machine, spec: AlifSpec): number {
  const { keep, gain, offset } = chargeOf(1 / spec.tau, spec.decayInput, spec.vReset);
  const rho = Math.exp(-1 / spec.tauAdaptation);
  return machine.record(
    [keep, gain, offset, spec.vThreshold, spec.vReset ?? 0, spec.beta, rho, spec.alpha],
    [SURROGATES[spec.surrogate], Number(spec.vReset === null), Number(spec.detachReset)],
  );
}

export function alifForward(machine: Machine, size: SequenceSize, spec: AlifSpec, b: AlifForward): void {
  const v = b.final?.potential ?? machine.allocate(size.size, "step");
  const a = b.final?.adaptation ?? machine.allocate(size.size, "step");
  machine.run("alifForward", size.size, blockOf(size), [
    ...[alifRecord(machine, spec), addressOf(b.x), addressOf(b.initial?.potential)],
    ...[addressOf(b.initial?.adaptation), addressOf(b.spikes), addressOf(b.charged), addressOf(b.potential)],
    ...[0, 0, addressOf(v), addressOf(a), size.steps, size.size],
  ]);
}

export function alifBackward(machine: Machine, size: SequenceSize, spec: AlifSpec, b: AlifBackward): void {
  const gv = (b.gInitial?.potential as WasmStorage | undefined) ?? machine.allocate(size.size, "step");
  const ga = (b.gInitial?.adaptation as WasmStorage | undefined) ?? machine.allocate(size.size, "step");
  machine.lend(size.steps * size.size, (thresholds) => {
    machine.run("alifBackward", size.size, blockOf(size), [
      ...[alifRecord(machine, spec), addressOf(b.x), addressOf(b.initial?.potential)],
      ...[addressOf(b.initial?.adaptation), addressOf(b.gSpikes), addressOf(b.gPotential)],
      ...[addressOf(b.gFinal?.potential), addressOf(b.gFinal?.adaptation), addressOf(b.derivative)],
      ...[addressOf(b.gx), thresholds.pointer, gv.pointer, ga.pointer, size.steps, size.size],
    ]);
  });
}

export function integratorForward(
  machine: Machine,
  size: SequenceSize,
  spec: IntegratorSpec,
  x: Storage,
  initial: Storage | null,
  v: Storage,
): void {
  const args = [spec.keep, spec.gain, addressOf(x), addressOf(initial), addressOf(v), size.steps, size.size];
  machine.run("integratorForward", size.size, blockOf(size), args);
}

export function integratorBackward(
  machine: Machine,
  size: SequenceSize,
  spec: IntegratorSpec,
  gv: Storage,
  gx: Storage,
  gInitial: Storage | null,
): void {
  const args = [
    spec.keep,
    spec.gain,
    addressOf(gv),
    addressOf(gx),
    addressOf(gInitial),
    size.steps,
    size.size,
  ];
  machine.run("integratorBackward", size.size, blockOf(size), args);
}
