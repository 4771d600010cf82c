import { aedat2, aedat2WithoutHeader, aedat3, aedat4 } from "./aedat/index.ts";
import type { EventFormat } from "../decoding/index.ts";
import { compact } from "./compact.ts";
import { eventStream } from "./event-stream.ts";
import { nMnist } from "./n-mnist.ts";
import { dat, evt2, evt21, evt3 } from "./prophesee/index.ts";

/** Every format there is a reader for. Those without a magic number come last, the stricter test first. */
export const EVENT_FORMATS: readonly EventFormat[] = [
  compact,
  aedat4,
  aedat3,
  aedat2,
  eventStream,
  evt3,
  evt2,
  evt21,
  dat,
  nMnist,
  aedat2WithoutHeader,
];
