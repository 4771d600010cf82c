import type { EventRecordings } from "../../events/index.ts";

/** How many recordings there are: opening them lists files and reads none. */
export async function countRecordings(opening: Promise<EventRecordings>): Promise<number> {
  const recordings = await opening;
  await recordings.close();
  return recordings.count;
}
