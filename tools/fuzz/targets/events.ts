import {
  createEvents,
  describeEvents,
  encodeEvents,
  frameEvents,
  openEvents,
  readEvents,
  WRITABLE_FORMATS,
  type WritableFormat,
} from "@myelin/data";
import { concatBytes, FILE_BUILDERS, plainEvents } from "../../../packages/data/test/event-bytes.ts";
import type { Target } from "../target.ts";

const EVENTS = 60;

/** Recordings of every format that is read; those of Myelin itself are written by its encoders. */
export const eventTargets: readonly Target[] = [
  ...Object.entries(FILE_BUILDERS).map(([name, build]): Target => ({
    name,
    files: async () => [build(plainEvents(EVENTS)), build(plainEvents(3))],
    read: readAndFrame,
  })),
  ...Object.keys(WRITABLE_FORMATS).map((format): Target => ({
    name: `${format}, as written`,
    files: async () => [
      await encoded(format as WritableFormat, 30),
      await encoded(format as WritableFormat, 300),
    ],
    read: readAndFrame,
  })),
];

async function encoded(format: WritableFormat, width: number): Promise<Uint8Array> {
  const rows = plainEvents(EVENTS);
  const column = (i: 0 | 1 | 2 | 3) => rows.map((row) => row[i]);
  const size = { width, height: 40 };
  const events = createEvents({ t: column(0), x: column(1), y: column(2), p: column(3), ...size });
  const parts: Uint8Array[] = [];
  for await (const piece of encodeEvents([events], { format, ...size })) parts.push(piece.slice());
  return concatBytes(...parts);
}

/** Every event has to be one, and the frames of the recording have to fit into memory. */
async function readAndFrame(bytes: Uint8Array): Promise<void> {
  const events = await readEvents(bytes, { name: "fuzzed", camera: "all" });
  // Throws for an event that is none, which is a fault of the reader here.
  const { t, x, y, p, width, height, length } = events;
  for (let i = 0; i < length; i++) {
    const isEvent =
      Number.isSafeInteger(t[i]!) && t[i]! >= 0 && x[i]! < width && y[i]! < height && p[i]! <= 1;
    if (!isEvent) throw new Error(`event ${i} is ${t[i]} ${x[i]} ${y[i]} ${p[i]}`);
  }
  await describeEvents(await openEvents(bytes, { name: "fuzzed", camera: "all" }));
  if (length > 0) frameEvents(events, { splitBy: "number", steps: 2 });
}
