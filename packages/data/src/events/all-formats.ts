import type { EventFormat } from "./decoding/index.ts";
import { nMnist } from "./other/n-mnist.ts";

/** Every format there is a reader for; those without a magic number come last. */
export const EVENT_FORMATS: readonly EventFormat[] = [nMnist];
