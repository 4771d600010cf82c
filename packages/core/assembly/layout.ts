// Changes of layout and of type. Pointers are to float32 arrays unless said; outputs may not overlap inputs.

/** out[i] = x[i] for i in begin..end, of bytes without a sign. */
export function widenBytes(x: usize, out: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i + 16 <= end; i += 16) {
    const bytes = v128.load(x + i);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    const to = out + ((<usize>i) << 2);
    v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)));
    v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), 16);
    v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), 32);
    v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), 48);
  }
  for (; i < end; i++) store<f32>(out + ((<usize>i) << 2), <f32>load<u8>(x + i));
}

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
