import { ShapeError } from "@myelin/core";
import { checkNumber } from "../check-number.ts";
import { inTimeOrder } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import { FrameBuilder, type FrameScale } from "./frame-builder.ts";
import {
  checkDuration,
  checkSteps,
  sliceByCount,
  sliceByDuration,
  sliceByNumber,
  sliceByTime,
  sliceWindow,
  type Slices,
} from "./slices.ts";
import type { SparseFrames } from "./sparse-frames.ts";
import { addTimeSurface } from "./time-surface.ts";
import { addVoxelGrid } from "./voxel-grid.ts";

/** How a recording is cut into time steps. */
export type Splitting =
  /** `steps` slices with the same number of events, {@link sliceByNumber}. */
  | { readonly splitBy: "number"; readonly steps: number }
  /** `steps` slices of the same duration, {@link sliceByTime}. */
  | { readonly splitBy: "time"; readonly steps: number }
  /** Slices of `durationUs`: as many as there are, {@link sliceByDuration}, or exactly `steps`, {@link sliceWindow}. */
  | { readonly splitBy: "duration"; readonly durationUs: number; readonly steps?: number | undefined }
  /** Slices of `events` events: as many as there are, {@link sliceByCount}, or cut or filled up to `steps`. */
  | { readonly splitBy: "count"; readonly events: number; readonly steps?: number | undefined };

/** What stands in the frames. */
export type Representation =
  /** The number of events at each place; `binary`: 1 where there is any; `max`: divided by the frame's largest. */
  | { readonly representation?: "frames" | undefined; readonly values?: FrameScale | undefined }
  /** Each event shared between the two nearest steps, {@link voxelGrid}. Only with `splitBy: "time"`. */
  | { readonly representation: "voxelGrid" }
  /** How long ago each pixel had its last event, {@link addTimeSurface}, with time constant `tauUs`. */
  | { readonly representation: "timeSurface"; readonly tauUs: number };

/** How events become frames. */
export type Framing = Splitting & Representation;

/**
 * Turns a recording into frames [T, 2, H, W], OFF before ON. Events out of order are sorted by time first.
 *
 * @param startUs where the first step begins, for `splitBy: "duration"` with a fixed number of steps; at the first event
 * if left out
 * @throws ShapeError for options out of range or a recording that would have more than 2^20 steps
 * @example denseFrames(frameEvents(events, { splitBy: "number", steps: 10 }))
 */
export function frameEvents(events: Events, framing: Framing, startUs?: number): SparseFrames {
  checkFraming(framing);
  const builder = new FrameBuilder(events.height, events.width);
  addFrames(builder, events, framing, startUs);
  return builder.finish();
}

/** Adds the frames of {@link frameEvents}, for options that were checked, to those of a builder. */
export function addFrames(builder: FrameBuilder, events: Events, framing: Framing, startUs?: number): void {
  const ordered = inTimeOrder(events);
  if (framing.representation === "voxelGrid") {
    addVoxelGrid(ordered, framing.steps!, builder);
    return;
  }
  const slices = sliceEvents(ordered, framing, startUs);
  if (framing.representation === "timeSurface") {
    const times = surfaceTimes(ordered, slices, framing, startUs);
    addTimeSurface(ordered, slices, times, framing.tauUs, builder);
  } else {
    addCounts(ordered, slices, framing.values ?? "count", builder);
  }
}

/**
 * Cuts a recording into time steps.
 *
 * @param events in ascending order of time
 * @param startUs as for {@link frameEvents}
 */
export function sliceEvents({ t, length }: Events, splitting: Splitting, startUs?: number): Slices {
  switch (splitting.splitBy) {
    case "number":
      return sliceByNumber(length, splitting.steps);
    case "time":
      return sliceByTime(t, splitting.steps);
    case "duration": {
      const { durationUs, steps } = splitting;
      if (steps === undefined) return sliceByDuration(t, durationUs);
      return sliceWindow(t, { startUs: startUs ?? t[0] ?? 0, durationUs, steps });
    }
    case "count": {
      const slices = sliceByCount(length, splitting.events);
      return splitting.steps === undefined ? slices : withLength(slices, splitting.steps);
    }
  }
}

/**
 * The duration that a framing with a fixed number of steps of a fixed duration covers, microseconds.
 *
 * @throws ShapeError for other framings
 */
export function windowLength(framing: Framing): number {
  if (framing.splitBy === "duration" && framing.steps !== undefined)
    return framing.durationUs * framing.steps;
  throw new ShapeError(
    `windowLength: expected splitBy "duration" with steps, got ${JSON.stringify(framing)}. ` +
      `Only then do all recordings cover the same time.`,
  );
}

/**
 * Checks options that come from outside.
 *
 * @throws ShapeError that names the option, its value and the cure
 */
export function checkFraming(framing: Framing): void {
  const { splitBy } = framing;
  if (!["number", "time", "duration", "count"].includes(splitBy)) {
    throw new ShapeError(
      `framing.splitBy: expected "number", "time", "duration" or "count", got ${JSON.stringify(splitBy)}. ` +
        `"number" gives every step the same number of events.`,
    );
  }
  if (splitBy === "number" || splitBy === "time" || framing.steps !== undefined) {
    checkSteps("framing.steps", framing.steps);
  }
  if (splitBy === "duration") checkDuration("framing.durationUs", framing.durationUs);
  if (splitBy === "count") {
    checkNumber(
      "framing.events",
      framing.events,
      { integer: true, min: 1 },
      "It is the number of events a step.",
    );
  }
  checkRepresentation(framing);
}

function checkRepresentation(framing: Framing): void {
  const { representation = "frames" } = framing;
  switch (representation) {
    case "frames":
      return checkScale((framing as { values?: unknown }).values ?? "count");
    case "timeSurface":
      checkDuration("framing.tauUs", (framing as { tauUs?: unknown }).tauUs);
      return;
    case "voxelGrid":
      if (framing.splitBy === "time") return;
      throw new ShapeError(
        `framing.splitBy: expected "time" for a voxel grid, got "${framing.splitBy}". ` +
          `A voxel grid divides the duration of a recording evenly.`,
      );
    default:
      throw new ShapeError(
        `framing.representation: expected "frames", "voxelGrid" or "timeSurface", got ${JSON.stringify(representation)}. ` +
          `Leave it out to count events.`,
      );
  }
}

function checkScale(values: unknown): void {
  if (values === "count" || values === "binary" || values === "max") return;
  throw new ShapeError(
    `framing.values: expected "count", "binary" or "max", got ${JSON.stringify(values)}. Leave it out to count events.`,
  );
}

function addCounts(
  { x, y, p, width, height }: Events,
  slices: Slices,
  scale: FrameScale,
  builder: FrameBuilder,
) {
  const { starts, ends } = slices;
  for (let step = 0; step < starts.length; step++) {
    for (let i = starts[step]!; i < ends[step]!; i++)
      builder.add((p[i]! * height + y[i]!) * width + x[i]!, 1);
    builder.endFrame(scale);
  }
}

/** The moments at which a time surface is read: the ends of the steps where they have one, else their last event. */
function surfaceTimes({ t }: Events, { ends }: Slices, framing: Splitting, startUs?: number): Float64Array {
  const first = startUs ?? t[0] ?? 0;
  return Float64Array.from(ends, (end, step) => {
    if (framing.splitBy === "duration") return first + framing.durationUs * (step + 1);
    return t[Math.max(0, end - 1)] ?? first;
  });
}

function withLength({ starts, ends }: Slices, steps: number): Slices {
  const last = ends[ends.length - 1]!;
  return {
    starts: Uint32Array.from({ length: steps }, (_, j) => starts[j] ?? last),
    ends: Uint32Array.from({ length: steps }, (_, j) => ends[j] ?? last),
  };
}
