/**
 * Where the first step begins: at the first event, at time 0 of the trial (`trial`), which is that of the recording's
 * clock unless its data set says otherwise, or at a time of that clock, microseconds.
 */
export type FramesOrigin = "first" | "trial" | number;

/** How a recording is cut into time steps. */
export type Splitting =
  /** `steps` slices with the same number of events, {@link sliceByNumber}. */
  | { readonly splitBy: "number"; readonly steps: number }
  /** `steps` slices of the same duration, {@link sliceByTime}. */
  | { readonly splitBy: "time"; readonly steps: number; readonly origin?: FramesOrigin | undefined }
  /** Slices of `durationUs`: as many as there are, {@link sliceByDuration}, or exactly `steps`, {@link sliceWindow}. */
  | {
      readonly splitBy: "duration";
      readonly durationUs: number;
      readonly steps?: number | undefined;
      readonly origin?: FramesOrigin | undefined;
    }
  /** Slices of `events` events: as many as there are, {@link sliceByCount}, or cut or filled up to `steps`. */
  | { readonly splitBy: "count"; readonly events: number; readonly steps?: number | undefined };

/** Splittings that are made of time, not of numbers of events: only they have an origin. */
export function hasOrigin(splitting: Splitting): boolean {
  return splitting.splitBy === "time" || splitting.splitBy === "duration";
}
