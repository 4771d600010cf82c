import { readFile } from "node:fs/promises";
import path from "node:path";
import { openEvents, type EventChunk, type EventRecordings, type Events } from "../../events/index.ts";
import { formatError } from "../../bytes/index.ts";
import { unreadableFile } from "../files/index.ts";
import { filePieces } from "./event-file.ts";
import { entryAt } from "./stored-recordings.ts";

/** A gesture: a part of a recording of several, from `start` up to but not at `end`, in microseconds. */
interface Gesture {
  readonly file: string;
  readonly label: number;
  readonly user: number;
  readonly start: number;
  readonly end: number;
}

const SENSOR = { width: 128, height: 128 };

/** The recordings of a split, by the list that comes with the data set: "user01_fluorescent.aedat" and so on. */
export async function gestureTrials(folder: string, list: string): Promise<string[]> {
  const text = await readText(path.join(folder, list));
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^[\w.-]+\.aedat$/.test(line));
}

/**
 * The gestures in recordings of DVS128 Gesture, each with its times in `<recording>_labels.csv`. The labels are one
 * less than the classes of the files; `sources` has the number of the person.
 *
 * @throws FormatError if a list of labels is damaged
 */
export async function readGestures(
  folder: string,
  {
    name,
    files,
    classNames,
  }: { readonly name: string; readonly files: readonly string[]; readonly classNames: readonly string[] },
): Promise<EventRecordings> {
  const lists = await Promise.all(files.map((file) => readLabels(folder, file, classNames.length)));
  const gestures = lists.flat();
  return {
    name,
    count: gestures.length,
    classNames,
    labels: Uint32Array.from(gestures, ({ label }) => label),
    trialStartsUs: gestures.map(({ start }) => start),
    sources: Uint32Array.from(gestures, ({ user }) => user),
    ...SENSOR,
    read: (index) => readGesture(folder, entryAt(name, gestures, index)),
    close: async () => undefined,
  };
}

async function readLabels(folder: string, file: string, classes: number): Promise<Gesture[]> {
  const list = file.replace(/\.aedat$/, "_labels.csv");
  const text = await readText(path.join(folder, list));
  const user = Number(/^user(\d+)/.exec(file)?.[1] ?? 0);
  const [, ...rows] = text.split(/\r?\n/);
  let byte = text.indexOf("\n") + 1;
  return rows.flatMap((row) => {
    const at = byte;
    byte += row.length + 1;
    if (row.trim() === "") return [];
    const [gesture, start, end] = row.split(",").map(Number);
    if (!isGesture(gesture, start, end, classes)) throw badRow(list, at, row, classes);
    return [{ file, user, label: gesture! - 1, start: start!, end: end! }];
  });
}

function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch(unreadableFile("loadEvents", file));
}

function isGesture(
  gesture: number | undefined,
  start: number | undefined,
  end: number | undefined,
  classes: number,
): boolean {
  const isClass = Number.isInteger(gesture) && gesture! >= 1 && gesture! <= classes;
  return isClass && Number.isFinite(start) && Number.isFinite(end) && start! <= end!;
}

function badRow(file: string, byte: number, row: string, classes: number) {
  return formatError({
    reader: "loadEvents",
    file,
    byte,
    expected: `class (1 to ${classes}), start and end in microseconds`,
    got: JSON.stringify(row.slice(0, 80)),
    hint: "The list of labels is damaged: get it again.",
  });
}

/** Times in these recordings do not go back, so reading stops behind the gesture. */
async function readGesture(folder: string, { file, start, end }: Gesture): Promise<Events> {
  const reader = await openEvents(filePieces(path.join(folder, file)), { name: file, sensor: SENSOR });
  const parts: EventChunk[] = [];
  for await (const chunk of reader.chunks()) {
    if (chunk.t[0]! >= end) break;
    const from = lowerBound(chunk.t, start);
    const to = lowerBound(chunk.t, end);
    if (to > from) parts.push(copyOf(chunk, from, to));
  }
  return { ...joined(parts), ...SENSOR };
}

/** The first index whose time is not before `time`. */
function lowerBound(t: Float64Array, time: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (t[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function copyOf({ t, x, y, p }: EventChunk, from: number, to: number): EventChunk {
  return {
    length: to - from,
    t: t.slice(from, to),
    x: x.slice(from, to),
    y: y.slice(from, to),
    p: p.slice(from, to),
  };
}

function joined(parts: readonly EventChunk[]): EventChunk {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = {
    length,
    t: new Float64Array(length),
    x: new Uint16Array(length),
    y: new Uint16Array(length),
    p: new Uint8Array(length),
  };
  let at = 0;
  for (const part of parts) {
    whole.t.set(part.t, at);
    whole.x.set(part.x, at);
    whole.y.set(part.y, at);
    whole.p.set(part.p, at);
    at += part.length;
  }
  return whole;
}
