// Counter-based random numbers, the same bits as `randomBits` in src/engine/random.ts, and what
// is drawn from them: dropout masks and Bernoulli spikes.

function scramble(value: u32): u32 {
  let h = (value ^ (value >> 16)) * 0x21f0aaad;
  h = (h ^ (h >> 15)) * 0x735a2d97;
  return h ^ (h >> 15);
}

/** What `randomBits` derives from the key, once for a whole stream. */
function streamOf(key: u32): u32 {
  return scramble(key + 0x9e3779b9);
}

/** Four random numbers at places index .. index + 3 of a stream. */
function bits4(stream: u32, index: i32): v128 {
  const k = i32x4.splat(stream);
  let h = v128.xor(i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3)), k);
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x21f0aaad));
  h = i32x4.mul(i32x4.add(v128.xor(h, i32x4.shr_u(h, 15)), k), i32x4.splat(0x735a2d97));
  return v128.xor(h, i32x4.shr_u(h, 15));
}

function bits(stream: u32, index: u32): u32 {
  let h = index ^ stream;
  h = (h ^ (h >> 16)) * 0x21f0aaad;
  h = ((h ^ (h >> 15)) + stream) * 0x735a2d97;
  return h ^ (h >> 15);
}

/**
 * y = x scale where bits >= least, else 0, for blocks begin..end of `channels x positions` values
 * (channels last). The random number of (channel c, position p) of block n stands at place
 * ((n mod period) channels + c) positions + p of the stream.
 */
export function dropout(
  key: u32,
  least: u32,
  scale: f32,
  x: usize,
  y: usize,
  period: i32,
  channels: i32,
  positions: i32,
  begin: i32,
  end: i32,
): void {
  const stream = streamOf(key);
  const features = channels * positions;
  for (let block = begin; block < end; block++) {
    const first = (block % period) * features;
    const base = (<usize>(block * features)) << 2;
    for (let p = 0; p < positions; p++) {
      let at = base + ((<usize>(p * channels)) << 2);
      let c = 0;
      if (positions == 1) {
        for (; c + 4 <= channels; c += 4) {
          const kept = i32x4.ge_u(bits4(stream, first + c), i32x4.splat(least));
          v128.store(y + at, v128.and(kept, f32x4.mul(v128.load(x + at), f32x4.splat(scale))));
          at += 16;
        }
      }
      for (; c < channels; c++) {
        const kept = bits(stream, <u32>(first + c * positions + p)) >= least;
        store<f32>(y + at, kept ? load<f32>(x + at) * scale : 0);
        at += 4;
      }
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
