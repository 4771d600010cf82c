/**
 * 256-bit kernels: V8 can pair two 128-bit vector operations into one, where it is asked to (an experimental flag of
 * the whole process, Node 22 and later on x64). What it makes of the kernels is believed only where it computes the
 * same bits as they do unpaired.
 * Only at the start; `npm run bench` asks for it, so a Node that has it shows the gain.
 */
import type { Backend } from "../../backend/index.ts";
import { compileAtOnce, pairingObstacle, pairVectors } from "./runtime/host.ts";
import { differingGroup, outcomeOf } from "./wide/outcome.ts";

/** Starts a backend; what V8 has compiled of another start is used again only where neither differs. */
export type Start = (how: {
  /** What is said of the width of the kernels. */
  readonly width: string;
  /** Whether it is only there to be compared with: one thread is enough, and memory of the other kind. */
  readonly isTrial?: boolean;
  readonly mark?: number;
}) => Promise<Backend>;

/** Starts a backend with paired kernels, or without where they cannot be had or trusted. */
export async function startWide(start: Start): Promise<Backend> {
  const obstacle = pairingObstacle();
  if (obstacle !== undefined) return start({ width: ` of 128 bits because ${obstacle}` });
  const plain = await start({ width: "", isTrial: true });
  const expected = await outcomeOf(plain);
  await plain.dispose();
  await pairVectors(true);
  const backend = await start({ width: " of 256 bits" });
  await compileAtOnce(true);
  const group = differingGroup(expected, await outcomeOf(backend).finally(() => compileAtOnce(false)));
  if (group === undefined) return backend;
  await backend.dispose();
  await pairVectors(false);
  return start({ width: ` of 128 bits because wider ${group} kernels gave other values`, mark: 1 });
}
