import type { Target } from "../target.ts";
import { archiveTargets } from "./archives.ts";
import { eventTargets } from "./events.ts";
import { exchangeTargets } from "./exchange.ts";
import { folderTargets } from "./folders.ts";
import { imageTargets } from "./images.ts";
import { runTargets } from "./runs.ts";
import { spikeTargets } from "./spikes.ts";

/** Every reader of the repository. */
export const TARGETS: readonly Target[] = [
  ...eventTargets,
  ...imageTargets,
  ...spikeTargets,
  ...archiveTargets,
  ...exchangeTargets,
  ...runTargets,
  ...folderTargets,
];
