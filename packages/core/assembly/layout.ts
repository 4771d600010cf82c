// Changes of layout. Pointers are to float32 arrays; outputs may not overlap inputs.

/** out[i][j][k] = x[i s0 + j s1 + k s2] for i in begin..end; out is contiguous [.., n1, n2]. */
export function permute(
  x: usize,
  out: usize,
  n1: i32,
  n2: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  begin: i32,
  end: i32,
): void {
  const step = (<usize>s2) << 2;
  for (let i = begin; i < end; i++) {
    for (let j = 0; j < n1; j++) {
      let from = x + ((<usize>(i * s0 + j * s1)) << 2);
      let to = out + ((<usize>((i * n1 + j) * n2)) << 2);
      for (let k = 0; k < n2; k++) {
        store<f32>(to, load<f32>(from));
        from += step;
        to += 4;
      }
    }
  }
}
