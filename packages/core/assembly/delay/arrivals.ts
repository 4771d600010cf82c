// Layers with delays of whole steps, event by event: an input that is not zero adds the weights of
// its synapses to the sums of the steps at which it arrives. What is zero costs nothing.
import { DelayLayer, EPSILON, SYNAPSE } from "./layer";

/**
 * Synapses of inputs begin..end, [block][input][output in block, bump]: where the output stands that many steps
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
      for (let o = 0; o < width; o++) {
        const at = (<usize>(((o0 + o) * layer.inputs + i) * layer.kernelCount)) << 2;
        const from = layer.sharedPositions ? (<usize>(i * layer.kernelCount)) << 2 : at;
        for (let k: usize = 0; k < <usize>layer.kernelCount; k++) {
          const p = min(half, max(-half, nearest(load<f32>(position + from + (k << 2)))));
          store<i32>(to, (<i32>(half - p) * width + o) << 2);
          store<f32>(to, load<f32>(weight + at + (k << 2)) / (<f32>1 + EPSILON), 4);
          to += SYNAPSE;
        }
      }
    }
  }
}

/** Adds value times weight for `count` synapses. Exported so that it stays a loop of its own. */
export function arrive(sums: usize, synapse: usize, count: i32, value: f32): void {
  const end = synapse + <usize>count * SYNAPSE;
  for (; synapse < end; synapse += SYNAPSE) {
    const sum = sums + <usize>load<u32>(synapse);
    store<f32>(sum, load<f32>(sum) + value * load<f32>(synapse, 4));
  }
}

/**
 * y of units begin..end: unit u is block u / batch of outputs, sample u mod batch.
 * @param blockOutputs outputs of a unit of work: their sums over all steps stay in the cache
 * @param scratch room for blockOutputs numbers for each of max(outSteps, steps + taps) steps
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
  for (let unit = begin; unit < end; unit++) {
    const o0 = (unit / layer.batch) * blockOutputs;
    const b = unit % layer.batch;
    const width = min(blockOutputs, layer.outputs - o0);
    const count = width * layer.kernelCount;
    const table = synapses + <usize>(o0 * layer.inputs * layer.kernelCount) * SYNAPSE;
    memory.fill(scratch, 0, (<usize>(rows * width)) << 2);
    for (let t = 0; t < layer.steps; t++) {
      const row = x + ((<usize>((t * layer.batch + b) * layer.inputs)) << 2);
      const sums = scratch + ((<usize>(t * width)) << 2);
      let i = 0;
      while (i < layer.inputs) {
        const here = row + ((<usize>i) << 2);
        if (i + 4 <= layer.inputs && !v128.any_true(f32x4.ne(v128.load(here), f32x4.splat(0)))) {
          i += 4;
          continue;
        }
        const value = load<f32>(here);
        if (value != 0) arrive(sums, table + <usize>(i * count) * SYNAPSE, count, value);
        i++;
      }
    }
    for (let t = 0; t < layer.outSteps; t++) {
      const to = y + ((<usize>((t * layer.batch + b) * layer.outputs + o0)) << 2);
      memory.copy(to, scratch + ((<usize>(t * width)) << 2), (<usize>width) << 2);
    }
  }
}
