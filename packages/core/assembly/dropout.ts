// Dropout from counter-based masks.
import { bits, bits4, streamOf } from "./lib/random";

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
