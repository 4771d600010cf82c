import { checkInstance } from "@myelin/core/checks";

/** Requires an `AbortSignal`, or none. */
export function checkStop(symbol: string, signal: unknown): void {
  if (signal !== undefined) checkInstance(symbol, signal, AbortSignal, "a signal to stop by");
}
