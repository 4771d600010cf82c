// Advanced spatial attention, the part that looks at whole planes: statistics of [T, B, P, C]
// (channels last), and the selection of planes by scores [B, C, T].
import { exp4 } from "../lib/math";
import { simd } from "../lib/simd";

/** mean and max [B, C, T] of the planes begin..end of [T B]. */
export function planeStatistics(
  x: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  positions: i32,
  mean: usize,
  max: usize,
  begin: i32,
  end: i32,
): void {
  const whole = simd.whole(0, channels);
  for (let plane = begin; plane < end; plane++) {
    const first = x + ((<usize>plane * positions * channels) << 2);
    const t = plane / batch;
    const to = (<usize>((plane % batch) * channels * steps + t)) << 2;
    let c = 0;
    for (; c + 8 <= whole; c += 8) statistics8(first, channels, c, positions, mean + to, max + to, steps);
    for (; c < whole; c += 4) statistics<v128>(first, channels, c, positions, mean + to, max + to, steps);
    if (c < channels) statistics<f32>(first, channels, c, positions, mean + to, max + to, steps);
  }
}

/** Four channels from c on (fewer with T = f32) of one plane. */
function statistics<T>(
  plane: usize,
  channels: i32,
  c: i32,
  positions: i32,
  mean: usize,
  max: usize,
  steps: i32,
): void {
  const lanes = channels - c;
  const stride = (<usize>channels) << 2;
  let at = plane + ((<usize>c) << 2);
  let sum = f32x4.splat(0);
  let best = f32x4.splat(-Infinity);
  for (let p = 0; p < positions; p++) {
    const value = simd.load<T>(at, lanes);
    sum = f32x4.add(sum, value);
    best = f32x4.max(best, value);
    at += stride;
  }
  scatter(mean, f32x4.div(sum, f32x4.splat(<f32>positions)), c, lanes, steps);
  scatter(max, best, c, lanes, steps);
}

/** Eight channels from c on: two vectors of a row at once. */
function statistics8(
  plane: usize,
  channels: i32,
  c: i32,
  positions: i32,
  mean: usize,
  max: usize,
  steps: i32,
): void {
  const stride = (<usize>channels) << 2;
  let at = plane + ((<usize>c) << 2);
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let best0 = f32x4.splat(-Infinity);
  let best1 = best0;
  for (let p = 0; p < positions; p++) {
    const value0 = v128.load(at);
    const value1 = v128.load(at, 16);
    sum0 = f32x4.add(sum0, value0);
    sum1 = f32x4.add(sum1, value1);
    best0 = f32x4.max(best0, value0);
    best1 = f32x4.max(best1, value1);
    at += stride;
  }
  const count = f32x4.splat(<f32>positions);
  scatter(mean, f32x4.div(sum0, count), c, 4, steps);
  scatter(mean, f32x4.div(sum1, count), c + 4, 4, steps);
  scatter(max, best0, c, 4, steps);
  scatter(max, best1, c + 4, 4, steps);
}

/** Stores lanes `stride` numbers apart, the first at number `c stride`. */
function scatter(to: usize, v: v128, c: i32, lanes: i32, stride: i32): void {
  const step = (<usize>stride) << 2;
  const at = to + <usize>c * step;
  v128.store_lane<f32>(at, v, 0);
  if (lanes > 1) v128.store_lane<f32>(at + step, v, 1);
  if (lanes > 2) v128.store_lane<f32>(at + 2 * step, v, 2);
  if (lanes > 3) v128.store_lane<f32>(at + 3 * step, v, 3);
}

/** Loads what `scatter` stores. */
function collect(from: usize, c: i32, lanes: i32, stride: i32): v128 {
  const step = (<usize>stride) << 2;
  const at = from + <usize>c * step;
  let v = v128.load32_zero(at);
  if (lanes > 1) v = v128.load_lane<f32>(at + step, v, 1);
  if (lanes > 2) v = v128.load_lane<f32>(at + 2 * step, v, 2);
  if (lanes > 3) v = v128.load_lane<f32>(at + 3 * step, v, 3);
  return v;
}

/** gx = gMean / positions, plus gMax at the first position where x is max; planes begin..end of [T B]. */
export function planeStatisticsBackward(
  x: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  positions: i32,
  max: usize,
  gMean: usize,
  gMax: usize,
  gx: usize,
  begin: i32,
  end: i32,
): void {
  const whole = simd.whole(0, channels);
  for (let plane = begin; plane < end; plane++) {
    const offset = (<usize>plane * positions * channels) << 2;
    const planeAt = (<usize>((plane % batch) * channels * steps + plane / batch)) << 2;
    for (let c = 0; c < channels; c += 4) {
      const lanes = channels - c;
      const best = collect(max + planeAt, c, lanes, steps);
      const share = f32x4.div(collect(gMean + planeAt, c, lanes, steps), f32x4.splat(<f32>positions));
      const prize = collect(gMax + planeAt, c, lanes, steps);
      const at = offset + ((<usize>c) << 2);
      if (c < whole) spread<v128>(x + at, channels, positions, lanes, best, share, prize, gx + at);
      else spread<f32>(x + at, channels, positions, lanes, best, share, prize, gx + at);
    }
  }
}

/** gx = share, plus `prize` where x is `best` for the first time; four channels of a plane. */
function spread<T>(
  x: usize,
  channels: i32,
  positions: i32,
  lanes: i32,
  best: v128,
  share: v128,
  prize: v128,
  gx: usize,
): void {
  const stride = (<usize>channels) << 2;
  let left = prize;
  for (let p = 0; p < positions; p++) {
    const won = f32x4.eq(simd.load<T>(x, lanes), best);
    simd.store<T>(gx, f32x4.add(share, v128.and(left, won)), lanes);
    left = v128.andnot(left, won);
    x += stride;
    gx += stride;
  }
}

/**
 * byChannel and byTime [T, B, C]: 1 for planes of which fewer than selectedChannels, or selectedSteps,
 * come before them; samples begin..end of the scores [B, C, T].
 */
export function rankPlanes(
  score: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  selectedChannels: i32,
  selectedSteps: i32,
  byChannel: usize,
  byTime: usize,
  begin: i32,
  end: i32,
): void {
  const one = f32x4.splat(1);
  for (let b = begin; b < end; b++) {
    const rows = score + ((<usize>(b * channels * steps)) << 2);
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < steps; t += 4) {
        const lanes = steps - t;
        const at = t * batch * channels + b * channels + c;
        const among = rankOfChannel(rows, channels, steps, c, t, lanes);
        const first = v128.and(i32x4.lt_s(among, i32x4.splat(selectedChannels)), one);
        scatter(byChannel + ((<usize>at) << 2), first, 0, lanes, batch * channels);
        const within = rankOfTime(rows + ((<usize>(c * steps)) << 2), steps, t, lanes);
        const second = v128.and(i32x4.lt_s(within, i32x4.splat(selectedSteps)), one);
        scatter(byTime + ((<usize>at) << 2), second, 0, lanes, batch * channels);
      }
    }
  }
}

/** How many channels come before channel c, for the steps t..t+3. */
function rankOfChannel(rows: usize, channels: i32, steps: i32, c: i32, t: i32, lanes: i32): v128 {
  const stride = (<usize>steps) << 2;
  let at = rows + ((<usize>t) << 2);
  const own = simd.loadAny(at + <usize>c * stride, lanes);
  let rank = i32x4.splat(0);
  for (let i = 0; i < c; i++) {
    rank = i32x4.sub(rank, f32x4.ge(simd.loadAny(at, lanes), own));
    at += stride;
  }
  for (let i = c; i < channels; i++) {
    rank = i32x4.sub(rank, f32x4.gt(simd.loadAny(at, lanes), own));
    at += stride;
  }
  return rank;
}

/** How many steps of the row come before the steps t..t+3. */
function rankOfTime(row: usize, steps: i32, t: i32, lanes: i32): v128 {
  const own = simd.loadAny(row + ((<usize>t) << 2), lanes);
  const places = i32x4.add(i32x4.splat(t), i32x4(0, 1, 2, 3));
  let rank = i32x4.splat(0);
  for (let i = 0; i < steps; i++) {
    const other = v128.load32_splat(row + ((<usize>i) << 2));
    const earlier = i32x4.lt_s(i32x4.splat(i), places);
    const before = v128.bitselect(f32x4.ge(other, own), f32x4.gt(other, own), earlier);
    rank = i32x4.sub(rank, before);
  }
  return rank;
}

/** How two selections become one. */
export enum MaskMode {
  xor,
  and,
  or,
}

/**
 * Makes the important and the rest planes [T, B, C] of both selections, in their place (`important`
 * holds the one by channel, `rest` the one by time); steps begin..end.
 */
export function combineSelections(
  score: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  mode: MaskMode,
  batchUnion: i32,
  weighted: i32,
  important: usize,
  rest: usize,
  begin: i32,
  end: i32,
): void {
  for (let t = begin; t < end; t++) {
    const step = (<usize>(t * batch * channels)) << 2;
    if (batchUnion) {
      unite(important + step, batch, channels);
      unite(rest + step, batch, channels);
    }
    for (let i = 0; i < batch * channels; i++) {
      const at = step + ((<usize>i) << 2);
      const a = load<f32>(important + at) != 0;
      const b = load<f32>(rest + at) != 0;
      const chosen = mode == MaskMode.xor ? a != b : mode == MaskMode.and ? a && b : a || b;
      const weight: f32 = weighted ? 2 * logistic(load<f32>(score + ((<usize>(i * steps + t)) << 2))) : 1;
      store<f32>(important + at, chosen ? weight : 0);
      store<f32>(rest + at, chosen ? 0 : 1);
    }
  }
}

/** Every sample of [B, C] gets what any sample has. */
function unite(selected: usize, batch: i32, channels: i32): void {
  const stride = (<usize>channels) << 2;
  for (let c = 0; c < channels; c++) {
    const first = selected + ((<usize>c) << 2);
    let any: f32 = 0;
    for (let b = 0; b < batch; b++) any = max(any, load<f32>(first + <usize>b * stride));
    for (let b = 0; b < batch; b++) store<f32>(first + <usize>b * stride, any);
  }
}

/** gScore = 2 sigmoid'(score) gImportant for important planes; rows begin..end of [B C]. */
export function selectPlanesBackward(
  score: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  rest: usize,
  gImportant: usize,
  gScore: usize,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    for (let t = 0; t < steps; t++) {
      const at = (<usize>(row * steps + t)) << 2;
      const plane = (<usize>(t * batch * channels + row)) << 2;
      const s: f32 = logistic(load<f32>(score + at));
      const slope: f32 = load<f32>(rest + plane) == 0 ? (s + s) * (<f32>1 - s) : 0;
      store<f32>(gScore + at, slope * load<f32>(gImportant + plane));
    }
  }
}

function logistic(x: f32): f32 {
  return 1 / (1 + f32x4.extract_lane(exp4(f32x4.splat(-x)), 0));
}

/** out = 1 / (1 + exp(-x)). */
export function sigmoid(x: usize, out: usize, begin: i32, end: i32): void {
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const e = exp4(f32x4.neg(simd.loadAny(x + at, end - i)));
    simd.storeAny(out + at, f32x4.div(one, f32x4.add(one, e)), end - i);
  }
}
