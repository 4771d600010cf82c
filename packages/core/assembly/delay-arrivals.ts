// Layers with delays of whole steps, event by event: an input that is not zero adds the weights of
// its synapses to the sums of the steps at which it arrives. What is zero costs nothing.
import { DelayLayer, EPSILON, SYNAPSE } from "./delay-layer";

class Layer extends DelayLayer {
  /** Outputs of a unit of work: their sums over all steps stay in the cache. */
  blockOutputs: i32;
}

/**
 * Synapses of inputs begin..end, [block][input][output in block, bump]: where the output stands that many steps
 * later, and the weight. The last block may be narrower.
 */
export function delaySynapses(
  layer: usize,
  weight: usize,
  position: usize,
  out: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Layer>(layer);
  const half = <f32>((g.taps - 1) >> 1);
  for (let o0 = 0; o0 < g.outputs; o0 += g.blockOutputs) {
    const width = min(g.blockOutputs, g.outputs - o0);
    for (let i = begin; i < end; i++) {
      let to = out + <usize>((o0 * g.inputs + i * width) * g.kernelCount) * SYNAPSE;
      for (let o = 0; o < width; o++) {
        const at = (<usize>(((o0 + o) * g.inputs + i) * g.kernelCount)) << 2;
        const from = g.sharedPositions ? (<usize>(i * g.kernelCount)) << 2 : at;
        for (let k: usize = 0; k < <usize>g.kernelCount; k++) {
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
 * @param scratch room for blockOutputs numbers for each of max(outSteps, steps + taps) steps
 */
export function delayArrivals(
  layer: usize,
  x: usize,
  synapses: usize,
  y: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Layer>(layer);
  const rows = max(g.outSteps, g.steps + g.taps);
  for (let unit = begin; unit < end; unit++) {
    const o0 = (unit / g.batch) * g.blockOutputs;
    const b = unit % g.batch;
    const width = min(g.blockOutputs, g.outputs - o0);
    const count = width * g.kernelCount;
    const table = synapses + <usize>(o0 * g.inputs * g.kernelCount) * SYNAPSE;
    memory.fill(scratch, 0, (<usize>(rows * width)) << 2);
    for (let t = 0; t < g.steps; t++) {
      const row = x + ((<usize>((t * g.batch + b) * g.inputs)) << 2);
      const sums = scratch + ((<usize>(t * width)) << 2);
      let i = 0;
      while (i < g.inputs) {
        const here = row + ((<usize>i) << 2);
        if (i + 4 <= g.inputs && !v128.any_true(f32x4.ne(v128.load(here), f32x4.splat(0)))) {
          i += 4;
          continue;
        }
        const value = load<f32>(here);
        if (value != 0) arrive(sums, table + <usize>(i * count) * SYNAPSE, count, value);
        i++;
      }
    }
    for (let t = 0; t < g.outSteps; t++) {
      const to = y + ((<usize>((t * g.batch + b) * g.outputs + o0)) << 2);
      memory.copy(to, scratch + ((<usize>(t * width)) << 2), (<usize>width) << 2);
    }
  }
}
