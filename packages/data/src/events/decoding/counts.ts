/** How much of a recording was passed over, and why. */
export interface SkipCounts {
  /** Events whose address lies outside the sensor. */
  outsideSensor: number;
  /** What is no polarity event: frames, inertial measurements, triggers, packets and words of other types. */
  otherData: number;
  /** Events of cameras that were not chosen. */
  otherCameras: number;
  /** Events that the recorder marked as invalid. */
  invalid: number;
  /** Events before the first word that tells the time. */
  beforeFirstTime: number;
  /** Events at times that are none: negative, or beyond 2^53 microseconds, from where on numbers are no longer exact. */
  impossibleTime: number;
  /** Bytes at the end that make no whole record or packet: the recording was cut short. */
  trailingBytes: number;
}

/** What is remarkable about the times of a recording; nothing is skipped for it. */
export interface TimingCounts {
  /** How often the file's time counter wrapped around; the times that come out go on. */
  wraps: number;
  /** How often an event is earlier than the one before it. */
  backwardSteps: number;
}

/** Counts that a decoder adds to while it reads. */
export interface DecodeCounts {
  readonly skipped: SkipCounts;
  readonly timing: TimingCounts;
}

/** Adds the counts of one file to those of a data set. */
export function addCounts(total: SkipCounts, one: Readonly<SkipCounts>): void {
  for (const key of Object.keys(total) as (keyof SkipCounts)[]) total[key] += one[key];
}

/** Counts at the start of a file. */
export function noCounts(): DecodeCounts {
  return {
    skipped: {
      outsideSensor: 0,
      otherData: 0,
      otherCameras: 0,
      invalid: 0,
      beforeFirstTime: 0,
      impossibleTime: 0,
      trailingBytes: 0,
    },
    timing: { wraps: 0, backwardSteps: 0 },
  };
}
