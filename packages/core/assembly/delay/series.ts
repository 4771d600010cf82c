// Layers with delays of whole steps on active inputs: for every synapse its input's series of steps
// is added to its output's, so many steps later, 32 steps at once.
import { DelayLayer, EPSILON, SYNAPSE } from "./layer";
import { simd } from "../lib/simd";

/** Steps of a block, eight vectors. */
export const BLOCK: i32 = 32;
/** Inputs of a block: their series stay in the first-level cache. */
const INPUTS: i32 = 32;

/** Synapses of outputs begin..end, [output][input, bump]: where its series begins, and its weight. */
export function delaySeriesSynapses(
  layer: DelayLayer,
  weight: usize,
  position: usize,
  out: usize,
  seriesLength: i32,
  begin: i32,
  end: i32,
): void {
  const half = <f32>((layer.taps - 1) >> 1);
  const count = layer.inputs * layer.kernelCount;
  for (let o = begin; o < end; o++) {
    for (let n = 0; n < count; n++) {
      const at = (<usize>(o * count + n)) << 2;
      const from = layer.sharedPositions ? (<usize>n) << 2 : at;
      const p = min(half, max(-half, nearest(load<f32>(position + from))));
      const to = out + (at << 1);
      store<i32>(to, ((n / layer.kernelCount) * seriesLength + <i32>(half + p)) << 2);
      store<f32>(to, load<f32>(weight + at) / (<f32>1 + EPSILON), 4);
    }
  }
}

/** out[0..32) += weight series[..32) for synapses up to `end`. Exported so that it stays a loop of its own. */
export function addSeries(synapse: usize, end: usize, series: usize, out: usize): void {
  let a0 = v128.load(out, 0);
  let a1 = v128.load(out, 16);
  let a2 = v128.load(out, 32);
  let a3 = v128.load(out, 48);
  let a4 = v128.load(out, 64);
  let a5 = v128.load(out, 80);
  let a6 = v128.load(out, 96);
  let a7 = v128.load(out, 112);
  for (; synapse < end; synapse += SYNAPSE) {
    const from = series + <usize>load<u32>(synapse);
    const w = v128.load32_splat(synapse, 4);
    a0 = simd.madd(w, v128.load(from, 0), a0);
    a1 = simd.madd(w, v128.load(from, 16), a1);
    a2 = simd.madd(w, v128.load(from, 32), a2);
    a3 = simd.madd(w, v128.load(from, 48), a3);
    a4 = simd.madd(w, v128.load(from, 64), a4);
    a5 = simd.madd(w, v128.load(from, 80), a5);
    a6 = simd.madd(w, v128.load(from, 96), a6);
    a7 = simd.madd(w, v128.load(from, 112), a7);
  }
  v128.store(out, a0, 0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, a4, 64);
  v128.store(out, a5, 80);
  v128.store(out, a6, 96);
  v128.store(out, a7, 112);
}

/**
 * y of units begin..end: unit u is sample u mod batch, in segment u / batch of the output steps.
 * @param seriesLength numbers of an input's series: the Kd - 1 steps before a segment, and those of the segment, which are
 * whole blocks; zeros where there is no step
 * @param scratch room for the series of all inputs and of all outputs
 */
export function delaySeries(
  layer: DelayLayer,
  x: usize,
  synapses: usize,
  y: usize,
  seriesLength: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const outLength = seriesLength - (layer.taps - 1);
  const sums = scratch + ((<usize>(layer.inputs * seriesLength)) << 2);
  for (let unit = begin; unit < end; unit++) {
    const b = unit % layer.batch;
    const t0 = (unit / layer.batch) * outLength;
    const before = t0 - (layer.taps - 1);
    memory.fill(scratch, 0, (<usize>(layer.inputs * seriesLength + layer.outputs * outLength)) << 2);
    for (let t = max(0, before); t < min(layer.steps, t0 + outLength); t++) {
      const row = x + ((<usize>((t * layer.batch + b) * layer.inputs)) << 2);
      let to = scratch + ((<usize>(t - before)) << 2);
      for (let i: usize = 0; i < <usize>layer.inputs; i++) {
        store<f32>(to, load<f32>(row + (i << 2)));
        to += (<usize>seriesLength) << 2;
      }
    }
    for (let i0 = 0; i0 < layer.inputs; i0 += INPUTS) {
      addInputs(layer, i0, min(layer.inputs, i0 + INPUTS), synapses, scratch, sums, outLength);
    }
    for (let t = t0; t < min(layer.outSteps, t0 + outLength); t++) {
      const row = y + ((<usize>((t * layer.batch + b) * layer.outputs)) << 2);
      let from = sums + ((<usize>(t - t0)) << 2);
      for (let o: usize = 0; o < <usize>layer.outputs; o++) {
        store<f32>(row + (o << 2), load<f32>(from));
        from += (<usize>outLength) << 2;
      }
    }
  }
}

/** Adds the series of inputs i0..i1 to those of all outputs. */
function addInputs(
  layer: DelayLayer,
  i0: i32,
  i1: i32,
  synapses: usize,
  series: usize,
  sums: usize,
  outLength: i32,
): void {
  for (let o = 0; o < layer.outputs; o++) {
    const first = synapses + <usize>((o * layer.inputs + i0) * layer.kernelCount) * SYNAPSE;
    const last = first + <usize>((i1 - i0) * layer.kernelCount) * SYNAPSE;
    const out = sums + ((<usize>(o * outLength)) << 2);
    for (let t = 0; t < outLength; t += BLOCK) {
      addSeries(first, last, series + ((<usize>t) << 2), out + ((<usize>t) << 2));
    }
  }
}
