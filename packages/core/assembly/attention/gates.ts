// Advanced spatial attention, the part that goes through all of x [T, B, P, C] (channels last). Planes
// [T, B, C] are `important` (their weight, or 0) and `rest` (1 or 0); gates are [B, P].
import { simd } from "../lib/simd";

/** Bytes of the running results of a place: mean, maximum and its index for two branches. */
const DESCRIPTION: usize = 96;
/** Bytes of the running sums of a place, one a branch. */
const SUMS: usize = 32;

/**
 * Mean and maximum over the planes of each branch, and which plane won. Places begin..end of [B P].
 *
 * An index is twice the number t C + c of the plane, plus 1 when the plane is of the other branch.
 *
 * @param scratch room for 96 bytes per position
 */
export function describePlanes(
  x: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  positions: i32,
  rest: usize,
  importantFactor: f32,
  restFactor: f32,
  importantDescriptor: usize,
  restDescriptor: usize,
  importantWinner: usize,
  restWinner: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const places = batch * positions;
  const whole = simd.whole(0, channels);
  startDescriptions(scratch, end - begin);
  for (let t = 0; t < steps; t++) {
    for (let place = begin; place < end; place++) {
      const row = x + ((<usize>(t * places + place) * channels) << 2);
      const planes = rest + ((<usize>((t * batch + place / positions) * channels)) << 2);
      const state = scratch + <usize>(place - begin) * DESCRIPTION;
      describeRow<v128>(row, planes, state, 2 * t * channels, 0, whole);
      if (whole < channels) describeRow<f32>(row, planes, state, 2 * t * channels, whole, channels);
    }
  }
  for (let place = begin; place < end; place++) {
    const state = scratch + <usize>(place - begin) * DESCRIPTION;
    finish(state, importantFactor, importantDescriptor, importantWinner, place);
    finish(state + 48, restFactor, restDescriptor, restWinner, place);
  }
}

function startDescriptions(scratch: usize, count: i32): void {
  for (let i = 0; i < 2 * count; i++) {
    const state = scratch + <usize>i * 48;
    v128.store(state, f32x4.splat(0));
    v128.store(state, f32x4.splat(-Infinity), 16);
    v128.store(state, i32x4.splat(0), 32);
  }
}

/** Takes channels from..to of a row in; `base` is the index of its first plane. */
function describeRow<T>(row: usize, planes: usize, state: usize, base: i32, from: i32, to: i32): void {
  const lanes = to - from;
  const lowest = f32x4.splat(-Infinity);
  const valid = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
  let sum0 = v128.load(state, 0);
  let best0 = v128.load(state, 16);
  let index0 = v128.load(state, 32);
  let sum1 = v128.load(state, 48);
  let best1 = v128.load(state, 64);
  let index1 = v128.load(state, 80);
  let index = i32x4.add(i32x4.splat(base + 2 * from), i32x4(0, 2, 4, 6));
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const value = simd.load<T>(row + at, lanes);
    const isRest = f32x4.ne(simd.load<T>(planes + at, lanes), f32x4.splat(0));
    let value0 = v128.andnot(value, isRest);
    let value1 = v128.and(value, isRest);
    sum0 = f32x4.add(sum0, value0);
    sum1 = f32x4.add(sum1, value1);
    if (sizeof<T>() == 4) {
      value0 = v128.bitselect(value0, lowest, valid);
      value1 = v128.bitselect(value1, lowest, valid);
    }
    index0 = v128.bitselect(i32x4.sub(index, isRest), index0, f32x4.gt(value0, best0));
    index1 = v128.bitselect(i32x4.sub(index, v128.not(isRest)), index1, f32x4.gt(value1, best1));
    best0 = f32x4.max(best0, value0);
    best1 = f32x4.max(best1, value1);
    index = i32x4.add(index, i32x4.splat(8));
  }
  v128.store(state, sum0, 0);
  v128.store(state, best0, 16);
  v128.store(state, index0, 32);
  v128.store(state, sum1, 48);
  v128.store(state, best1, 64);
  v128.store(state, index1, 80);
}

/** Joins the four lanes of a branch; among equal maxima the lowest index wins. */
function finish(state: usize, factor: f32, descriptor: usize, winner: usize, place: i32): void {
  let best = load<f32>(state, 16);
  let index = load<i32>(state, 32);
  for (let lane: usize = 4; lane < 16; lane += 4) {
    const other = load<f32>(state + lane, 16);
    const otherIndex = load<i32>(state + lane, 32);
    if (!(other > best || other != other || (other == best && otherIndex < index))) continue;
    best = other;
    index = otherIndex;
  }
  store<f32>(descriptor + ((<usize>place) << 3), simd.sum(v128.load(state)) * factor);
  store<f32>(descriptor + ((<usize>place) << 3), best, 4);
  store<f32>(winner + ((<usize>place) << 2), index & 1 ? -1 : <f32>(index >> 1));
}

/** y = x (important gate + rest gate); rows begin..end of [T B P]. */
export function gatePlanes(
  x: usize,
  batch: i32,
  channels: i32,
  positions: i32,
  important: usize,
  rest: usize,
  importantGate: usize,
  restGate: usize,
  y: usize,
  begin: i32,
  end: i32,
): void {
  const whole = simd.whole(0, channels);
  for (let row = begin; row < end; row++) {
    const plane = row / positions;
    const place = (<usize>((plane % batch) * positions + (row % positions))) << 2;
    const gate0 = v128.load32_splat(importantGate + place);
    const gate1 = v128.load32_splat(restGate + place);
    const at = (<usize>row * channels) << 2;
    const planeAt = (<usize>plane * channels) << 2;
    gateRow<v128>(x + at, important + planeAt, rest + planeAt, gate0, gate1, y + at, 0, whole);
    if (whole < channels)
      gateRow<f32>(x + at, important + planeAt, rest + planeAt, gate0, gate1, y + at, whole, channels);
  }
}

function gateRow<T>(
  x: usize,
  important: usize,
  rest: usize,
  gate0: v128,
  gate1: v128,
  y: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = to - c;
    const remaining = f32x4.mul(simd.load<T>(rest + at, lanes), gate1);
    const factor = simd.madd(simd.load<T>(important + at, lanes), gate0, remaining);
    simd.store<T>(y + at, f32x4.mul(simd.load<T>(x + at, lanes), factor), lanes);
  }
}

/**
 * Gradients of the two gates before their sigmoid: gate (1 - gate) sum_{t,c} gy x planes. Places
 * begin..end of [B P].
 *
 * @param scratch room for 32 bytes per position
 */
export function gateGradient(
  x: usize,
  gy: usize,
  steps: i32,
  batch: i32,
  channels: i32,
  positions: i32,
  important: usize,
  rest: usize,
  importantGate: usize,
  restGate: usize,
  gImportant: usize,
  gRest: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const places = batch * positions;
  const whole = simd.whole(0, channels);
  memory.fill(scratch, 0, <usize>(end - begin) * SUMS);
  for (let t = 0; t < steps; t++) {
    for (let place = begin; place < end; place++) {
      const at = (<usize>(t * places + place) * channels) << 2;
      const planeAt = (<usize>((t * batch + place / positions) * channels)) << 2;
      const sums = scratch + <usize>(place - begin) * SUMS;
      sumRow<v128>(x + at, gy + at, important + planeAt, rest + planeAt, sums, 0, whole);
      if (whole < channels)
        sumRow<f32>(x + at, gy + at, important + planeAt, rest + planeAt, sums, whole, channels);
    }
  }
  for (let place = begin; place < end; place++) {
    const sums = scratch + <usize>(place - begin) * SUMS;
    const at = (<usize>place) << 2;
    const gate0 = load<f32>(importantGate + at);
    const gate1 = load<f32>(restGate + at);
    store<f32>(gImportant + at, gate0 * (1 - gate0) * simd.sum(v128.load(sums)));
    store<f32>(gRest + at, gate1 * (1 - gate1) * simd.sum(v128.load(sums, 16)));
  }
}

function sumRow<T>(
  x: usize,
  gy: usize,
  important: usize,
  rest: usize,
  sums: usize,
  from: i32,
  to: i32,
): void {
  let sum0 = v128.load(sums);
  let sum1 = v128.load(sums, 16);
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = to - c;
    const product = f32x4.mul(simd.load<T>(x + at, lanes), simd.load<T>(gy + at, lanes));
    sum0 = simd.madd(product, simd.load<T>(important + at, lanes), sum0);
    sum1 = simd.madd(product, simd.load<T>(rest + at, lanes), sum1);
  }
  v128.store(sums, sum0);
  v128.store(sums, sum1, 16);
}

/**
 * Gradient through the product, and through mean and maximum of each branch. Rows begin..end of [T B P].
 * The factors are those of `describePlanes`; gradients of descriptors are [B, P, 2].
 */
export function gatePlanesBackward(
  gy: usize,
  batch: i32,
  channels: i32,
  positions: i32,
  important: usize,
  rest: usize,
  importantGate: usize,
  restGate: usize,
  importantFactor: f32,
  restFactor: f32,
  importantGradient: usize,
  restGradient: usize,
  importantWinner: usize,
  restWinner: usize,
  gx: usize,
  begin: i32,
  end: i32,
): void {
  const whole = simd.whole(0, channels);
  for (let row = begin; row < end; row++) {
    const plane = row / positions;
    const t = plane / batch;
    const place = (<usize>((plane % batch) * positions + (row % positions))) << 2;
    const gate0 = v128.load32_splat(importantGate + place);
    const gate1 = v128.load32_splat(restGate + place);
    const mean0 = f32x4.splat(load<f32>(importantGradient + 2 * place) * importantFactor);
    const mean1 = f32x4.splat(load<f32>(restGradient + 2 * place) * restFactor);
    const to = gx + ((<usize>row * channels) << 2);
    const from = gy + ((<usize>row * channels) << 2);
    const planeAt = (<usize>plane * channels) << 2;
    gradientRow<v128>(from, important + planeAt, rest + planeAt, gate0, gate1, mean0, mean1, to, 0, whole);
    if (whole < channels)
      gradientRow<f32>(
        from,
        important + planeAt,
        rest + planeAt,
        gate0,
        gate1,
        mean0,
        mean1,
        to,
        whole,
        channels,
      );
    reward(
      to,
      load<f32>(importantWinner + place),
      t * channels,
      channels,
      load<f32>(importantGradient + 2 * place, 4),
    );
    reward(to, load<f32>(restWinner + place), t * channels, channels, load<f32>(restGradient + 2 * place, 4));
  }
}

/** Adds the gradient of a maximum where its winner is in this row. */
function reward(row: usize, winner: f32, first: i32, channels: i32, gradient: f32): void {
  const c = <i32>winner - first;
  if (winner < 0 || c < 0 || c >= channels) return;
  const at = row + ((<usize>c) << 2);
  store<f32>(at, load<f32>(at) + gradient);
}

function gradientRow<T>(
  gy: usize,
  important: usize,
  rest: usize,
  gate0: v128,
  gate1: v128,
  mean0: v128,
  mean1: v128,
  gx: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = to - c;
    const isRest = simd.load<T>(rest + at, lanes);
    const factor = simd.madd(simd.load<T>(important + at, lanes), gate0, f32x4.mul(isRest, gate1));
    const mean = v128.bitselect(mean1, mean0, f32x4.ne(isRest, f32x4.splat(0)));
    simd.store<T>(gx + at, simd.madd(simd.load<T>(gy + at, lanes), factor, mean), lanes);
  }
}

/** gImportant [T, B, C] = sum over positions of gy x gate; planes begin..end of [T B]. */
export function planeWeightGradient(
  x: usize,
  gy: usize,
  batch: i32,
  channels: i32,
  positions: i32,
  gate: usize,
  gImportant: usize,
  begin: i32,
  end: i32,
): void {
  const whole = simd.whole(0, channels);
  for (let plane = begin; plane < end; plane++) {
    const at = (<usize>plane * positions * channels) << 2;
    const gates = gate + ((<usize>((plane % batch) * positions)) << 2);
    const to = gImportant + ((<usize>plane * channels) << 2);
    for (let c = 0; c < whole; c += 4) weigh<v128>(x + at, gy + at, channels, c, positions, gates, to);
    if (whole < channels) weigh<f32>(x + at, gy + at, channels, whole, positions, gates, to);
  }
}

function weigh<T>(x: usize, gy: usize, channels: i32, c: i32, positions: i32, gates: usize, to: usize): void {
  const lanes = channels - c;
  const stride = (<usize>channels) << 2;
  let at = (<usize>c) << 2;
  let sum = f32x4.splat(0);
  for (let p = 0; p < positions; p++) {
    const product = f32x4.mul(simd.load<T>(x + at, lanes), simd.load<T>(gy + at, lanes));
    sum = simd.madd(product, v128.load32_splat(gates + ((<usize>p) << 2)), sum);
    at += stride;
  }
  simd.store<T>(to + ((<usize>c) << 2), sum, lanes);
}
