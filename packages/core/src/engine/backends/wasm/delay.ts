/**
 * Layers with delays. Time is transformed to frequencies, where a layer is one complex matrix product per frequency,
 * whatever the width of its bumps. In evaluation, with delays of whole steps: event by event where few inputs are
 * active, else series by series. Crossovers are measured in bench/LAB.md.
 */
import type {
  ConvSize,
  DelayBackend,
  DelayBackward,
  DelayBackwardSpec,
  DelayForwardSpec,
  DelayMemory,
  DelaySize,
  Storage,
} from "../../backend/index.ts";
import { arrivalsPay, delayArrivals } from "./delay/arrivals.ts";
import { Pass } from "./delay/pass.ts";
import { choosePeriod, type Period } from "./delay/period.ts";
import { delaySeries, seriesFit } from "./delay/series.ts";
import {
  adjoint,
  allocateKernelSpectrum,
  kernelMatrixOf,
  type KernelSpectrum,
  matrixOf,
  multiplySpectra,
  type Sequence,
  type Spectrum,
} from "./delay/spectra.ts";
import type { Window } from "./runtime/kernel-calls.generated.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { WasmStorage } from "./runtime/storage.ts";

export function delay(runtime: Runtime): DelayBackend {
  const window = (size: ConvSize): Window => ({ ...size, channels: size.inChannels });
  return {
    forward: (size, buffers, spec) => forward(runtime, size, buffers, spec),
    backward: (size, buffers, spec) => backward(runtime, size, buffers, spec),
    patches: (size, buffers) =>
      runtime.run("delayPatches", size.planes, 1, { window: window(size), ...buffers }),
    patchesBackward: (size, buffers) =>
      runtime.run("delayPatchesBackward", size.planes, 1, { window: window(size), ...buffers }),
  };
}

/** What a forward pass leaves for the backward pass. */
interface Kept {
  readonly period: Period;
  readonly input: Spectrum;
  readonly kernel: KernelSpectrum;
}

type ForwardBuffers = Readonly<Record<"x" | "weight" | "position" | "y", Storage>>;

function forward(
  runtime: Runtime,
  size: DelaySize,
  buffers: ForwardBuffers,
  { kernel, keep }: DelayForwardSpec,
): DelayMemory | undefined {
  if (kernel.rounded && !keep && addsWhole(runtime, size, buffers)) return undefined;
  const period = choosePeriod(size);
  const pass = new Pass(runtime, size, period);
  const input = pass.transform(inputOf(size, buffers.x), { before: size.taps - 1, after: period.stride });
  const spectrum = pass.kernelSpectrum(kernel, buffers.weight, buffers.position);
  const output = pass.allocate(size.outputs);
  multiplySpectra(runtime, period, matrixOf(input), kernelMatrixOf(size, spectrum), matrixOf(output));
  pass.inverse(output, outputOf(size, buffers.y));
  release(runtime, output);
  if (keep) return { period, input, kernel: spectrum } satisfies Kept;
  release(runtime, input, spectrum);
  return undefined;
}

/** A forward pass with delays of whole steps; false when it does not fit into the threads' memory. */
function addsWhole(runtime: Runtime, size: DelaySize, buffers: ForwardBuffers): boolean {
  if (arrivalsPay(runtime, size, buffers.x)) delayArrivals(runtime, size, buffers);
  else if (seriesFit(size)) delaySeries(runtime, size, buffers);
  else return false;
  return true;
}

function backward(
  runtime: Runtime,
  size: DelaySize,
  buffers: DelayBackward,
  { kernel, memory }: DelayBackwardSpec,
): void {
  const { period, input, kernel: spectrum } = memory as Kept;
  const pass = new Pass(runtime, size, period);
  const { gy, gx, gWeight, gPosition } = buffers;
  const gOutput = pass.transform(outputOf(size, gy), { before: 0, after: period.stride });
  if (gWeight || gPosition) {
    const gKernel = allocateKernelSpectrum(runtime, period, size);
    const product = kernelMatrixOf(size, gKernel);
    multiplySpectra(runtime, period, adjoint(matrixOf(input)), matrixOf(gOutput), product);
    pass.kernelGradients(kernel, gKernel, buffers);
    release(runtime, gKernel);
  }
  release(runtime, input);
  if (gx) inputGradient(runtime, size, { gy, gx }, pass, period, gOutput, spectrum);
  release(runtime, gOutput, spectrum);
}

/** A segment of gx depends on gy up to Kd - 1 steps after it; in a single segment that is all of gy anyway. */
function inputGradient(
  runtime: Runtime,
  size: DelaySize,
  { gy, gx }: Readonly<Record<"gy" | "gx", Storage>>,
  pass: Pass,
  period: Period,
  gOutput: Spectrum,
  spectrum: KernelSpectrum,
): void {
  const isWhole = period.segments === 1;
  const window = { before: 0, after: period.stride + size.taps - 1 };
  const g = isWhole ? gOutput : pass.transform(outputOf(size, gy), window);
  const gInput = pass.allocate(size.inputs);
  const transposed = adjoint(kernelMatrixOf(size, spectrum));
  multiplySpectra(runtime, period, matrixOf(g), transposed, matrixOf(gInput));
  pass.inverse(gInput, inputOf(size, gx));
  release(runtime, gInput);
  if (!isWhole) release(runtime, g);
}

function release(runtime: Runtime, ...spectra: readonly { readonly storage: WasmStorage }[]): void {
  for (const { storage } of spectra) runtime.release(storage);
}

function inputOf({ steps, batch, inputs }: DelaySize, x: Storage): Sequence {
  return { x, steps, batch, channels: inputs };
}

function outputOf({ outSteps, batch, outputs }: DelaySize, y: Storage): Sequence {
  return { x: y, steps: outSteps, batch, channels: outputs };
}
