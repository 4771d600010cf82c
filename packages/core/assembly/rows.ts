// Rows of equal length: chosen, put back, weighted. A row is what belongs to one sample and time step.

/** out[i] = x[index[i]], rows of `width` numbers, i from begin to end. */
export function takeRows(width: i32, x: usize, index: usize, out: usize, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i = begin; i < end; i++) {
    const from = <usize>load<f32>(index + ((<usize>i) << 2));
    memory.copy(out + <usize>i * bytes, x + from * bytes, bytes);
  }
}

/** out[index[i]] = x[i], rows of `width` numbers, i from begin to end; indices differ. */
export function putRows(width: i32, x: usize, index: usize, out: usize, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i = begin; i < end; i++) {
    const to = <usize>load<f32>(index + ((<usize>i) << 2));
    memory.copy(out + to * bytes, x + <usize>i * bytes, bytes);
  }
}

/** out[r] = weights[r] x[r], or `other` where the weight is 0: x is not read there. */
export function weighRows(
  width: i32,
  other: f32,
  x: usize,
  weights: usize,
  out: usize,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (let r = begin; r < end; r++) {
    const weight = load<f32>(weights + ((<usize>r) << 2));
    const from = x + <usize>r * bytes;
    const to = out + <usize>r * bytes;
    if (weight == 1) memory.copy(to, from, bytes);
    else if (weight == 0) fillRow(to, width, other);
    else scaleRow(from, to, width, weight);
  }
}

function fillRow(to: usize, width: i32, value: f32): void {
  for (let i = 0; i < width; i++) store<f32>(to + ((<usize>i) << 2), value);
}

function scaleRow(from: usize, to: usize, width: i32, weight: f32): void {
  for (let i = 0; i < width; i++) {
    const at = (<usize>i) << 2;
    store<f32>(to + at, weight * load<f32>(from + at));
  }
}
