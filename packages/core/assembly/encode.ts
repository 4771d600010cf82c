// Encoders; elements begin..end of a step of `size`.
import { bits, bits4, streamOf } from "./lib/random";

/** One spike at round((1 - x) (steps - 1)) for x > 0. */
export function latency(x: usize, y: usize, steps: i32, size: i32, begin: i32, end: i32): void {
  for (let t = 0; t < steps; t++) {
    for (let e = begin; e < end; e++) {
      const value = min<f32>(load<f32>(x + ((<usize>e) << 2)), 1);
      const time = <i32>floor<f64>((1 - <f64>value) * <f64>(steps - 1) + 0.5);
      store<f32>(y + ((<usize>(t * size + e)) << 2), value > 0 && time == t ? 1 : 0);
    }
  }
}

/** 1 where x rose by at least `threshold` since the step before, -1 where it fell as much if `signed`. */
export function delta(
  threshold: f32,
  signed: i32,
  x: usize,
  y: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let t = 0; t < steps; t++) {
    for (let e = begin; e < end; e++) {
      const at = (<usize>(t * size + e)) << 2;
      const before: f32 = t ? load<f32>(x + at - ((<usize>size) << 2)) : 0;
      const change = load<f32>(x + at) - before;
      const fell: f32 = signed && change <= -threshold ? -1 : 0;
      store<f32>(y + at, change >= threshold ? 1 : fell);
    }
  }
}

/**
 * y[t, e] = 1 with probability x[e], elements begin..end of a step of `size`, all steps.
 * For channels-last images the logical element of place (p, c) of a block is (c, p).
 */
export function bernoulli(
  key: u32,
  x: usize,
  y: usize,
  steps: i32,
  size: i32,
  channels: i32,
  positions: i32,
  begin: i32,
  end: i32,
): void {
  const stream = streamOf(key);
  const plain = positions == 1 || channels == 1;
  for (let t = 0; t < steps; t++) {
    const row = t * size;
    let e = begin;
    for (; plain && e + 4 <= end; e += 4) {
      const p = f32x4.mul(v128.load(x + ((<usize>e) << 2)), f32x4.splat(4294967296));
      const limit = i32x4.trunc_sat_f32x4_u(f32x4.ceil(p));
      const random = bits4(stream, row + e);
      // x >= 1 saturates one below 2^32: it must always fire.
      const sure = f32x4.ge(p, f32x4.splat(4294967296));
      const fires = v128.or(i32x4.lt_u(random, limit), sure);
      v128.store(y + ((<usize>(row + e)) << 2), v128.and(fires, f32x4.splat(1)));
    }
    for (; e < end; e++) {
      const features = channels * positions;
      const within = e % features;
      const logical = e - within + (within % channels) * positions + within / channels;
      const p = <f64>load<f32>(x + ((<usize>e) << 2)) * 4294967296;
      const fires = <f64>bits(stream, <u32>(row + logical)) < p;
      store<f32>(y + ((<usize>(row + e)) << 2), fires ? 1 : 0);
    }
  }
}
