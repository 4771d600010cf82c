/**
 * npm run bench:events
 *
 * Events decoded per second of CPU time, by format, from made-up files of four million events in pieces of a megabyte.
 */
import { Random } from "@myelin/core";
import { encodeEvents, openEvents, type Events, type WritableFormat } from "@myelin/data";

const EVENTS = 4_000_000;
const PIECE_BYTES = 2 ** 20;
const ROUNDS = 5;

const random = new Random(1);
const events = madeUpEvents();

const FILES: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  "N-MNIST": nMnist,
  "AEDAT 2.0": () => words("#!AER-DAT2.0\r\n# AEChip: DVS128\r\n", 2, aedat2Event, { littleEndian: false }),
  "AEDAT 4.0, LZ4": () => written("aedat4"),
  "Prophesee DAT": () => words("% Version 2\n% Width 320\n% Height 240\n\x0c\x08", 2, datEvent),
  EVT2: () => words("% evt 2.0\n% geometry 320x240\n", 1, evt2Event),
  "EVT3, single events": () => evt3(singleEvents()),
  "EVT3, vectors": () => evt3(vectors()),
  "Myelin's own": () => written("compact"),
};

for (const [name, make] of Object.entries(FILES)) {
  const file = await make();
  const rates = [];
  for (let i = 0; i < ROUNDS; i++) rates.push(await decode(file));
  rates.sort((a, b) => a - b);
  console.log(`${name.padEnd(22)} ${rates[ROUNDS >> 1]!.toFixed(1).padStart(6)} million events/s`);
}

/** Millions of events per second of CPU time. */
async function decode(file: Uint8Array): Promise<number> {
  const start = process.cpuUsage();
  let count = 0;
  for await (const { length } of (await openEvents(pieces(file))).chunks()) count += length;
  const { user, system } = process.cpuUsage(start);
  return count / (user + system);
}

async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += PIECE_BYTES) yield file.subarray(at, at + PIECE_BYTES);
}

/** Random addresses of a sensor of 320 x 240, about a microsecond apart. */
function madeUpEvents(): Events {
  const t = new Float64Array(EVENTS);
  for (let i = 1; i < EVENTS; i++) t[i] = t[i - 1]! + random.integer(3);
  const draw = (limit: number) => random.integer(limit);
  return {
    width: 320,
    height: 240,
    length: EVENTS,
    t,
    x: Uint16Array.from(t, () => draw(320)),
    y: Uint16Array.from(t, () => draw(240)),
    p: Uint8Array.from(t, () => draw(2)),
  };
}

async function written(format: WritableFormat): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of encodeEvents(chunksOf(events), { format, width: 320, height: 240 }))
    parts.push(piece.slice());
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function* chunksOf({ t, x, y, p }: Events) {
  const length = 8000;
  for (let at = 0; at < EVENTS; at += length) {
    const part = [at, at + length] as const;
    yield {
      length,
      t: t.subarray(...part),
      x: x.subarray(...part),
      y: y.subarray(...part),
      p: p.subarray(...part),
    };
  }
}

/** A file of `header` and 32-bit words, `perEvent` for each event. */
function words(
  header: string,
  perEvent: number,
  wordsOf: (i: number) => readonly number[],
  { littleEndian = true } = {},
): Uint8Array {
  const head = new TextEncoder().encode(header);
  const file = new Uint8Array(head.length + EVENTS * perEvent * 4);
  file.set(head);
  const view = new DataView(file.buffer, head.length);
  for (let i = 0; i < EVENTS; i++) {
    wordsOf(i).forEach((word, k) => view.setUint32((i * perEvent + k) * 4, word, littleEndian));
  }
  return file;
}

function aedat2Event(i: number): readonly number[] {
  return [((events.y[i]! & 127) << 8) | ((events.x[i]! & 127) << 1) | events.p[i]!, events.t[i]!];
}

function datEvent(i: number): readonly number[] {
  return [events.t[i]!, (events.p[i]! << 28) | (events.y[i]! << 14) | events.x[i]!];
}

/** Every hundredth word is a high time instead. */
function evt2Event(i: number): readonly number[] {
  const time = events.t[i]!;
  if (i % 100 === 0) return [(0x80000000 | (time >>> 6)) >>> 0];
  return [(events.p[i]! << 28) | ((time & 63) << 22) | (events.x[i]! << 11) | events.y[i]!];
}

function nMnist(): Uint8Array {
  const file = new Uint8Array(EVENTS * 5);
  const view = new DataView(file.buffer);
  for (let i = 0; i < EVENTS; i++) {
    view.setUint32(i * 5 + 1, (events.p[i]! << 23) | (events.t[i]! & 0x7fffff));
    file[i * 5] = events.x[i]! % 34;
    file[i * 5 + 1] = events.y[i]! % 34;
  }
  return file;
}

function evt3(list: Iterable<number>): Uint8Array {
  const head = new TextEncoder().encode("% evt 3.0\n% geometry 320x240\n");
  const body = new Uint8Array(Uint16Array.from(list).buffer);
  const file = new Uint8Array(head.length + body.length);
  file.set(head);
  file.set(body, head.length);
  return file;
}

/** Low time, row and column of each event: the densest code of events that have nothing in common. */
function* singleEvents(): Generator<number> {
  for (let i = 0; i < EVENTS; i++) {
    const time = events.t[i]!;
    if (i % 100 === 0) yield 0x8000 | ((time >>> 12) & 0xfff);
    yield 0x6000 | (time & 0xfff);
    yield events.y[i]!;
    yield 0x2000 | (events.p[i]! << 11) | events.x[i]!;
  }
}

/** Rows with two masks of which a quarter of the bits is set. */
function* vectors(): Generator<number> {
  for (let count = 0; count < EVENTS; count += 6) {
    const time = events.t[count]!;
    if (count % 600 === 0) yield 0x8000 | ((time >>> 12) & 0xfff);
    yield 0x6000 | (time & 0xfff);
    yield events.y[count]!;
    yield 0x3000 | (events.p[count]! << 11) | (events.x[count]! % 290);
    yield 0x4000 | (random.integer(4096) & random.integer(4096));
    yield 0x4000 | (random.integer(4096) & random.integer(4096));
  }
}
