import { ShapeError } from "@myelin/core";
import { checkInteger, checkNumbers, checkOptions } from "@myelin/core/checks";
import { checkDuration, checkStart } from "./slices.ts";

/** Options of {@link clipStarts}. */
export interface ClipOptions {
  /** How many clips of a recording. */
  readonly clips: number;
  /** The duration of each. */
  readonly lengthUs: number;
}

/**
 * Where the clips of a recording begin, spread evenly over it, to test on more than its beginning. With duration D, n
 * clips of length L:
 *
 *   overlap = floor((n L - D) / n)     D <= n L
 *   gap     = floor((D - n L) / n)     D > n L
 *   start_j = first + j (L - overlap)  or  first + j (L + gap),  moved back so that the clip ends inside the recording
 *
 * but never before the first event.
 *
 * @param range times of the first and the last event
 * @returns f64 [n], microseconds
 * @throws MyelinError unless `clips` is an integer from 1 to 1000 and `lengthUs` is above 0
 * @source the released code of ASA-SNN (Yao et al. 2023), which tests on 10 clips
 */
export function clipStarts(
  range: { readonly firstUs: number; readonly lastUs: number },
  options: ClipOptions,
): Float64Array {
  const { firstUs, lastUs } = checkOptions(
    "clipStarts",
    range,
    { firstUs: true, lastUs: true },
    "{ firstUs: 0, lastUs: 1000 }",
  );
  const { clips, lengthUs } = checkOptions(
    "clipStarts",
    options,
    { clips: true, lengthUs: true },
    "{ clips: 10, lengthUs: 100 }",
  );
  checkStart("clipStarts.firstUs", firstUs);
  checkStart("clipStarts.lastUs", lastUs);
  checkInteger("clipStarts.clips", clips, { min: 1, max: 1000 }, "10 is usual.");
  checkDuration("clipStarts.lengthUs", lengthUs);
  const duration = lastUs - firstUs;
  const surplus = clips * lengthUs - duration;
  const stride = lengthUs - Math.sign(surplus) * Math.floor(Math.abs(surplus) / clips);
  const latest = Math.max(0, duration - lengthUs);
  return Float64Array.from({ length: clips }, (_, j) => firstUs + Math.min(j * stride, latest));
}

/**
 * Whether each recording counts as recognised: when more than half of its clips are.
 *
 * @param correct one element per clip, the clips of a recording side by side; not 0 where the clip was classified right
 * @returns uint8 [recordings], 1 = recognised
 * @throws MyelinError unless the number of clips is a multiple of `clips`
 * @source the released code of ASA-SNN (Yao et al. 2023)
 */
export function clipVote(correct: ArrayLike<number>, clips: number): Uint8Array {
  checkNumbers("clipVote.correct", correct);
  checkInteger("clipVote.clips", clips, { min: 1 }, "It is the number of clips per recording.");
  if (correct.length % clips !== 0) {
    throw new ShapeError(
      `clipVote: expected a multiple of ${clips} clips, got ${correct.length}. ` +
        `Pass the results of whole recordings.`,
    );
  }
  return Uint8Array.from({ length: correct.length / clips }, (_, recording) => {
    let votes = 0;
    for (let j = 0; j < clips; j++) if (correct[recording * clips + j] !== 0) votes++;
    return Number(2 * votes > clips);
  });
}
