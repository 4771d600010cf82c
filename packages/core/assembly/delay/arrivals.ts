// Layers with delays of whole steps, event by event: an input that is not zero adds the weights of
// its synapses to the sums of the steps at which it arrives. What is zero costs nothing.
//
// Sums grow input by input, bump by bump, as in delay/series.ts, so that both give the same bits.
import { simd } from "../lib/simd";
import { DelayLayer, EPSILON, SYNAPSE } from "./layer";

/** Inputs whose events are listed together: a cache line of each step. */
const LINE: i32 = 16;

/**
 * Synapses of inputs begin..end, [block][input][bump][output in block]: where the output stands that many steps
 * later, and the weight. The last block may be narrower.
 */
export function delaySynapses(
  layer: DelayLayer,
  weight: usize,
  position: usize,
  out: usize,
  blockOutputs: i32,
  begin: i32,
  end: i32,
): void {
  const half = <f32>((layer.taps - 1) >> 1);
  for (let o0 = 0; o0 < layer.outputs; o0 += blockOutputs) {
    const width = min(blockOutputs, layer.outputs - o0);
    for (let i = begin; i < end; i++) {
      let to = out + <usize>((o0 * layer.inputs + i * width) * layer.kernelCount) * SYNAPSE;
      for (let k: usize = 0; k < <usize>layer.kernelCount; k++) {
        for (let o = 0; o < width; o++) {
          const at = (<usize>(((o0 + o) * layer.inputs + i) * layer.kernelCount)) << 2;
          const from = layer.sharedPositions ? (<usize>(i * layer.kernelCount)) << 2 : at;
          const p = min(half, max(-half, nearest(load<f32>(position + from + (k << 2)))));
          store<i32>(to, (<i32>(half - p) * width + o) << 2);
          store<f32>(to, load<f32>(weight + at + (k << 2)) / (<f32>1 + EPSILON), 4);
          to += SYNAPSE;
        }
      }
    }
  }
}

/** Adds the weights of `count` synapses. Exported, as the next, so that it stays a loop of its own. */
export function arrive(sums: usize, synapse: usize, count: i32): void {
  const end = synapse + <usize>count * SYNAPSE;
  for (; synapse < end; synapse += SYNAPSE) {
    const sum = sums + <usize>load<u32>(synapse);
    store<f32>(sum, load<f32>(sum) + load<f32>(synapse, 4));
  }
}

/** Adds value times weight for `count` synapses. */
export function arriveValue(sums: usize, synapse: usize, count: i32, value: f32): void {
  const end = synapse + <usize>count * SYNAPSE;
  for (; synapse < end; synapse += SYNAPSE) {
    const sum = sums + <usize>load<u32>(synapse);
    store<f32>(sum, simd.maddScalar(value, load<f32>(synapse, 4), load<f32>(sum)));
  }
}

/**
 * Lists the steps at which inputs i0..i0 + LINE of sample b are not zero: input j's at lists[j steps ..].
 * @param counts LINE numbers: how many there are of each
 */
function listSteps(layer: DelayLayer, x: usize, b: i32, i0: i32, counts: usize, lists: usize): void {
  const inputs = min(LINE, layer.inputs - i0);
  memory.fill(counts, 0, 4 * LINE);
  for (let t = 0; t < layer.steps; t++) {
    const row = x + ((<usize>((t * layer.batch + b) * layer.inputs + i0)) << 2);
    let j = 0;
    while (j < inputs) {
      const here = row + ((<usize>j) << 2);
      if (j + 4 <= inputs && !v128.any_true(f32x4.ne(v128.load(here), f32x4.splat(0)))) {
        j += 4;
        continue;
      }
      if (load<f32>(here) != 0) {
        const at = counts + ((<usize>j) << 2);
        const count = load<i32>(at);
        store<i32>(lists + ((<usize>(j * layer.steps + count)) << 2), t);
        store<i32>(at, count + 1);
      }
      j++;
    }
  }
}

/**
 * y of units begin..end: unit u is block u / batch of outputs, sample u mod batch.
 * @param blockOutputs outputs of a unit of work: their sums over all steps stay in the cache
 * @param scratch room for blockOutputs numbers for each of max(outSteps, steps + taps) steps, and 16 (steps + 1) more
 */
export function delayArrivals(
  layer: DelayLayer,
  x: usize,
  synapses: usize,
  y: usize,
  blockOutputs: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const rows = max(layer.outSteps, layer.steps + layer.taps);
  const counts = scratch;
  const lists = counts + 4 * LINE;
  const sums = lists + ((<usize>(LINE * layer.steps)) << 2);
  for (let unit = begin; unit < end; unit++) {
    const o0 = (unit / layer.batch) * blockOutputs;
    const b = unit % layer.batch;
    const width = min(blockOutputs, layer.outputs - o0);
    const table = synapses + <usize>(o0 * layer.inputs * layer.kernelCount) * SYNAPSE;
    memory.fill(sums, 0, (<usize>(rows * width)) << 2);
    for (let i0 = 0; i0 < layer.inputs; i0 += LINE) {
      listSteps(layer, x, b, i0, counts, lists);
      for (let j = 0; j < min(LINE, layer.inputs - i0); j++) {
        const first = lists + ((<usize>(j * layer.steps)) << 2);
        const last = first + ((<usize>load<i32>(counts + ((<usize>j) << 2))) << 2);
        for (let k = 0; k < layer.kernelCount; k++) {
          const synapse = table + <usize>(((i0 + j) * layer.kernelCount + k) * width) * SYNAPSE;
          for (let at = first; at < last; at += 4) {
            const t = load<i32>(at);
            const value = load<f32>(x + ((<usize>((t * layer.batch + b) * layer.inputs + i0 + j)) << 2));
            const to = sums + ((<usize>(t * width)) << 2);
            if (value == 1) arrive(to, synapse, width);
            else arriveValue(to, synapse, width, value);
          }
        }
      }
    }
    for (let t = 0; t < layer.outSteps; t++) {
      const to = y + ((<usize>((t * layer.batch + b) * layer.outputs + o0)) << 2);
      memory.copy(to, sums + ((<usize>(t * width)) << 2), (<usize>width) << 2);
    }
  }
}
