// Counter-based random numbers, the same bits as `randomBits` in src/engine/random.ts.

function scramble(value: u32): u32 {
  let h = (value ^ (value >> 16)) * 0x21f0aaad;
  h = (h ^ (h >> 15)) * 0x735a2d97;
  return h ^ (h >> 15);
}

/** What `randomBits` derives from the key, once for a whole stream. */
export function streamOf(key: u32): u32 {
  return scramble(key + 0x9e3779b9);
}

/** Four random numbers at places index .. index + 3 of a stream. */
export function bits4(stream: u32, index: i32): v128 {
  const k = i32x4.splat(stream);
  let h = v128.xor(i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3)), k);
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x21f0aaad));
  h = i32x4.mul(i32x4.add(v128.xor(h, i32x4.shr_u(h, 15)), k), i32x4.splat(0x735a2d97));
  return v128.xor(h, i32x4.shr_u(h, 15));
}

export function bits(stream: u32, index: u32): u32 {
  let h = index ^ stream;
  h = (h ^ (h >> 16)) * 0x21f0aaad;
  h = ((h ^ (h >> 15)) + stream) * 0x735a2d97;
  return h ^ (h >> 15);
}
