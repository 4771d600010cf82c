import { ShapeError } from "@myelin/core";
import { describeValue } from "@myelin/core/checks";
import { checkStart } from "./slices.ts";
import { hasOrigin, type FramesOrigin, type Splitting } from "./splitting.ts";

/**
 * Checks an origin that comes from outside.
 *
 * @throws ShapeError unless it is one and the splitting has any use for it
 */
export function checkOrigin(splitting: Splitting): void {
  const { origin = "first" } = splitting as { readonly origin?: unknown };
  if (origin === "first") return;
  if (!hasOrigin(splitting)) throw noUse("framing.origin", splitting, origin);
  if (origin === "trial") return;
  if (typeof origin === "number" && Number.isFinite(origin) && origin >= 0) return;
  throw new ShapeError(
    `framing.origin: expected "first", "trial" or a time in microseconds from 0 on, got ${describeValue(origin)}. ` +
      `"first" begins at the first event.`,
  );
}

/**
 * Where the first step of a recording begins.
 *
 * @param t microseconds, ascending
 * @param options `startUs` counts instead of the splitting's origin; `trialUs` is the trial's time 0
 * @throws ShapeError if `startUs` is no time or the splitting has no use for it, or if all events lie outside the steps
 */
export function startOf(
  t: Float64Array,
  splitting: Splitting,
  { startUs, trialUs = 0 }: { readonly startUs?: number | undefined; readonly trialUs?: number } = {},
): number {
  if (startUs !== undefined && !hasOrigin(splitting)) throw noUse("startUs", splitting, startUs);
  const first = t[0] ?? 0;
  const { origin = "first" } = splitting as { readonly origin?: FramesOrigin };
  // A null is no time: it is checked below.
  const start =
    startUs !== undefined ? startUs : origin === "first" ? first : origin === "trial" ? trialUs : origin;
  checkStart("startUs", start);
  const last = t[t.length - 1] ?? start;
  if (last < start || first >= endOf(start, splitting)) throw noEvents(splitting, { first, last, start });
  return start;
}

/** Where the last step ends, if that does not depend on the recording. */
function endOf(start: number, splitting: Splitting): number {
  const isWindow = splitting.splitBy === "duration" && splitting.steps !== undefined;
  return isWindow ? start + splitting.durationUs * splitting.steps : Infinity;
}

function noUse(what: string, { splitBy }: Splitting, got: unknown): ShapeError {
  return new ShapeError(
    `${what}: expected none with splitBy "${splitBy}", got ${describeValue(got)}. ` +
      `Steps of a number of events begin at the first one; choose splitBy "time" or "duration".`,
  );
}

function noEvents(
  splitting: Splitting,
  { first, last, start }: { readonly first: number; readonly last: number; readonly start: number },
): ShapeError {
  return new ShapeError(
    `framing.origin: expected events in the steps from ${start} us on, got a recording from ${first} to ${last} us ` +
      `(splitBy "${splitting.splitBy}"). Begin at another time, or at the first event with origin "first".`,
  );
}
