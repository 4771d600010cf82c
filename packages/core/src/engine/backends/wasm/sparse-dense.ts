import type { ConvSize, LinearSize, Storage } from "../../backend.ts";
import * as conv from "./conv.ts";
import * as linear from "./linear.ts";
import type { Machine } from "./machine.ts";

/** Images of one pixel are rows of a linear layer. */
function rowsOf(size: ConvSize): LinearSize | undefined {
  const { inHeight, inWidth, kernelHeight, kernelWidth, padding, groups } = size;
  if (inHeight * inWidth * kernelHeight * kernelWidth * groups !== 1 || padding !== 0) return undefined;
  return { rows: size.planes, inputs: size.inChannels, outputs: size.outChannels };
}

export function denseForward(
  machine: Machine,
  size: ConvSize,
  x: Storage,
  weight: Storage,
  bias: Storage | null,
  y: Storage,
): void {
  const rows = rowsOf(size);
  if (rows) linear.linearForward(machine, rows, x, weight, bias, y);
  else conv.conv2dForward(machine, size, x, weight, bias, y);
}

/** @param x what the forward pass got; its events and support may be made use of */
export function denseInputGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  weight: Storage,
  x: Storage,
  gx: Storage,
): void {
  const rows = rowsOf(size);
  if (rows) linear.linearInputGradient(machine, rows, gy, weight, x, gx);
  else conv.conv2dInputGradient(machine, size, gy, weight, x, gx);
}

export function denseWeightGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  x: Storage,
  gWeight: Storage,
): void {
  const rows = rowsOf(size);
  if (rows) linear.linearWeightGradient(machine, rows, gy, x, gWeight);
  else conv.conv2dWeightGradient(machine, size, gy, x, gWeight);
}
