// Optimiser steps with PyTorch's semantics, elements begin..end.
import { simd } from "./lib/simd";

/**
 *   g = gradient + weightDecay p
 *   b = firstStep ? g : momentum b + (1 - dampening) g
 *   p -= lr (nesterov ? g + momentum b : b)            (without momentum: p -= lr g)
 */
export function sgd(
  lr: f32,
  momentum: f32,
  dampening: f32,
  nesterov: i32,
  weightDecay: f32,
  firstStep: i32,
  parameter: usize,
  gradient: usize,
  buffer: usize,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i += 4) {
    const lanes = end - i;
    const at = (<usize>i) << 2;
    const p = simd.loadAny(parameter + at, lanes);
    const g = simd.madd(p, f32x4.splat(weightDecay), simd.loadAny(gradient + at, lanes));
    let direction = g;
    if (buffer) {
      let b = g;
      if (!firstStep) {
        const fresh = f32x4.mul(g, f32x4.splat(1 - dampening));
        b = simd.madd(simd.loadAny(buffer + at, lanes), f32x4.splat(momentum), fresh);
      }
      simd.storeAny(buffer + at, b, lanes);
      direction = nesterov ? simd.madd(b, f32x4.splat(momentum), g) : b;
    }
    simd.storeAny(parameter + at, simd.madd(direction, f32x4.splat(-lr), p), lanes);
  }
}

/**
 *   g = gradient (+ weightDecay p unless decoupled);  p *= decay (AdamW: 1 - lr weightDecay)
 *   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
 *   p -= stepSize m / (sqrt(v) rootScale + eps)
 *
 * with stepSize = lr / (1 - beta1^t) and rootScale = 1 / sqrt(1 - beta2^t) from the host.
 */
export function adam(
  stepSize: f32,
  rootScale: f32,
  beta1: f32,
  beta2: f32,
  rest1: f32,
  rest2: f32,
  eps: f32,
  weightDecay: f32,
  decay: f32,
  parameter: usize,
  gradient: usize,
  m: usize,
  v: usize,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i += 4) {
    const lanes = end - i;
    const at = (<usize>i) << 2;
    const p = simd.loadAny(parameter + at, lanes);
    const g = simd.madd(p, f32x4.splat(weightDecay), simd.loadAny(gradient + at, lanes));
    const mean = simd.madd(simd.loadAny(m + at, lanes), f32x4.splat(beta1), f32x4.mul(g, f32x4.splat(rest1)));
    const square = f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2));
    const spread = simd.madd(simd.loadAny(v + at, lanes), f32x4.splat(beta2), square);
    const root = simd.madd(f32x4.sqrt(spread), f32x4.splat(rootScale), f32x4.splat(eps));
    const move = f32x4.div(f32x4.mul(mean, f32x4.splat(stepSize)), root);
    simd.storeAny(m + at, mean, lanes);
    simd.storeAny(v + at, spread, lanes);
    simd.storeAny(parameter + at, f32x4.sub(f32x4.mul(p, f32x4.splat(decay)), move), lanes);
  }
}
