// Encoders without random numbers; elements begin..end of a step of `size`.

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
