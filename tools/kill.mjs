// `npm run kill -- --times N [--seed S]`: ends the command line at random moments, N times, by SIGKILL, SIGTERM, SIGINT
// and SIGHUP: while it trains, draws a report, exports, downloads and converts. After each it goes on as a user would;
// in the end every result must have the bits of one that nobody disturbed, and nothing may be left lying about.
// Last line: `N passed, N failed`, a chain of kills each. See docs/reliability.md.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeChains } from "./kill/chains.mjs";
import { randomFrom } from "./kill/random.mjs";
import { SIGNALS } from "./kill/process.mjs";

const { values } = parseArgs({
  options: { times: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1) {
  console.error(`kill: expected --times with a whole number of at least 1, got ${values.times}.`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "myelin-kill-"));
const random = randomFrom(Number(values.seed));
/** @type {Record<string, Record<string, number>>} */
const counts = {};
let kills = 0;
let passed = 0;
let failed = 0;
try {
  const chains = await makeChains(folder, random);
  for (let n = 0; kills < times; n++) {
    const chain = chains.choose(n);
    const { faults, signals } = await chain.run(join(folder, `${chain.name}-${n}`), times - kills);
    kills += signals.length;
    const row = (counts[chain.name] ??= Object.fromEntries(SIGNALS.map((signal) => [signal, 0])));
    for (const signal of signals) row[signal] = (row[signal] ?? 0) + 1;
    if (faults.length === 0) passed++;
    else failed++;
    for (const fault of faults) console.log(`FAILED ${chain.name} after ${signals.join(", ")}: ${fault}`);
    console.log(`${kills} of ${times} kills: ${chain.name}, ${signals.length} kills`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.table(counts);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
