/** Fewer records than this do not tell a recording from other bytes. */
const LEAST_RECORDS = 16;
const MOST_RECORDS = 2000;

/** Within a thousand events, a recording does not last longer than this. */
const LONGEST_US = 3600e6;

/**
 * How many bytes the records of a recording without a header have: 8 (AEDAT 2.0) or 6 (AEDAT 1.0). Times of real
 * records hardly ever go back and stay close together; undefined if neither size gives such times.
 */
export function recordBytesByTimes(head: Uint8Array): 6 | 8 | undefined {
  if (hasPlausibleTimes(head, 8)) return 8;
  return hasPlausibleTimes(head, 6) ? 6 : undefined;
}

function hasPlausibleTimes(head: Uint8Array, recordBytes: number): boolean {
  const records = Math.min(Math.floor(head.length / recordBytes), MOST_RECORDS);
  if (records < LEAST_RECORDS) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const time = (i: number) => view.getUint32((i + 1) * recordBytes - 4);
  let backwards = 0;
  for (let i = 1; i < records; i++) {
    if (time(i) < time(i - 1)) backwards++;
  }
  const lasts = time(records - 1) - time(0);
  return backwards <= records / 20 && lasts > 0 && lasts < LONGEST_US;
}
