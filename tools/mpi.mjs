// `npm run mpi -- [--recipes A,B] [--kills N] [--steps N]`: trains by mpirun of every MPI that is installed. Weights have to
// be those of one process, bit for bit, on 1, 2 and 4 ranks; a run whose rank was killed at a random moment has to end
// with one message and to go on to the same bits; what cannot work has to say so once.
// Last line: `N passed, N failed`, and how much was skipped. See docs/cluster.md.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/packages.mjs";

const { values } = parseArgs({
  options: {
    recipes: { type: "string", default: "quickstart,esl-mnist-mlp" },
    kills: { type: "string", default: "2" },
    steps: { type: "string", default: "50" },
  },
});
const MYELIN = join(root, "packages/myelin/bin/myelin.js");
const LAUNCHERS = [
  { name: "Open MPI", program: "mpirun.openmpi", args: ["--oversubscribe", "--bind-to", "none"] },
  { name: "MPICH", program: "mpirun.mpich", args: [] },
].filter(({ program }) => spawnSync("which", [program]).status === 0);
// Open MPI refuses root without these.
const env = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

const folder = mkdtempSync(join(tmpdir(), "myelin-mpi-"));
const counts = { passed: 0, failed: 0 };

/**
 * @param {string} name
 * @param {string} fault nothing if it passed
 */
function judge(name, fault) {
  if (fault === "") counts.passed++;
  else counts.failed++;
  console.log(fault === "" ? `ok      ${name}` : `FAILED  ${name}: ${fault}`);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {(pids: number[]) => void} [disturb] called with the processes of the ranks when training has begun
 * @param {Record<string, string>} [more] of the environment
 * @returns {Promise<{ code: number | null, text: string }>}
 */
function run(program, args, disturb, more = {}) {
  const child = spawn(program, args, {
    env: { ...env, ...more },
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ piece) => {
      const had = text.includes("steps in");
      text += piece.toString();
      if (!had && text.includes("steps in")) disturb?.(ranksOf(child.pid ?? 0));
    });
  }
  const limit = setTimeout(() => child.kill("SIGKILL"), 600_000);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ code, text });
    });
  });
}

/**
 * The processes below one that run the command line.
 *
 * @param {number} pid
 * @returns {number[]}
 */
function ranksOf(pid) {
  const below = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter(Boolean);
  return below.map(Number).flatMap((child) => {
    const isRank = readFileSync(`/proc/${child}/comm`, "utf8").startsWith("node");
    return isRank ? [child] : ranksOf(child);
  });
}

/**
 * @param {string} recipe
 * @param {string} out
 */
function training(recipe, out) {
  const batch = 64;
  const samples = Number(values.steps) * batch;
  return [
    ...["train", join(root, "recipes", `${recipe}.yaml`), "--out", out, "--set", `batchSize=${batch}`],
    ...["--set", `data.limit=${samples}`, "--set", "data.limitTest=256", "--set", "epochs=1"],
    ...["--set", "microBatches=4", "--set", "checkpoint.everySeconds=0.5"],
  ];
}

/**
 * SHA-256 of the weights of a run's newest checkpoint.
 *
 * @param {string} out
 */
function weightsOf(out) {
  try {
    const [newest] = readdirSync(join(folder, out, "checkpoints"))
      .filter((name) => name.startsWith("step-"))
      .sort()
      .reverse();
    return createHash("sha256")
      .update(readFileSync(join(folder, out, "checkpoints", newest ?? "", "model.safetensors")))
      .digest("hex");
  } catch (error) {
    return String(error);
  }
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}

/**
 * @param {{ program: string, args: readonly string[] }} launcher
 * @param {number} ranks
 * @param {readonly string[]} args
 * @param {(pids: number[]) => void} [disturb]
 */
function together({ program, args: own }, ranks, args, disturb) {
  return run(
    program,
    [...own, "-n", String(ranks), process.execPath, MYELIN, ...args, "--distributed"],
    disturb,
  );
}

/** @param {string} recipe */
async function equality(recipe) {
  const alone = await run(process.execPath, [
    MYELIN,
    ...training(recipe, `${recipe}-alone`),
    "--threads",
    "1",
  ]);
  if (alone.code !== 0) return judge(`${recipe} alone`, lastLine(alone.text));
  const expected = weightsOf(`${recipe}-alone`);
  for (const launcher of LAUNCHERS) {
    for (const ranks of [1, 2, 4]) {
      const out = `${recipe}-${launcher.name.replace(" ", "")}-${ranks}`;
      const { code, text } = await together(launcher, ranks, training(recipe, out));
      const fault = code === 0 ? "" : `exit code ${code}, ${lastLine(text)}`;
      const name = `${recipe}, ${launcher.name}, ${ranks} ranks: the weights of one process`;
      judge(name, fault || (weightsOf(out) === expected ? "" : "other weights"));
    }
  }
  return undefined;
}

/**
 * @param {typeof LAUNCHERS[number]} launcher
 * @param {number} n
 */
async function kill(launcher, n) {
  const out = `killed-${launcher.name.replace(" ", "")}-${n}`;
  const after = Math.floor(Math.random() * 2500);
  const victim = n % 2;
  const { code, text } = await together(launcher, 2, training("quickstart", out), (pids) => {
    setTimeout(() => {
      try {
        process.kill(pids[victim] ?? 0, "SIGKILL");
      } catch {
        // It was faster.
      }
    }, after);
  });
  const resumed = await together(launcher, 1 + (n % 2) * 3, [...training("quickstart", out), "--resume"]);
  const fault = resumed.code === 0 ? "" : `${lastLine(resumed.text)} after ${code}, ${lastLine(text)}`;
  const isSame = weightsOf(out) === weightsOf("quickstart-alone");
  judge(
    `rank ${victim} killed after ${after} ms (exit code ${code}), ${launcher.name}: resumes to the same bits`,
    fault || (isSame ? "" : "other weights"),
  );
}

/**
 * @param {string} name
 * @param {RegExp} message
 * @param {{ code: number | null, text: string }} ended
 */
function refused(name, message, { code, text }) {
  const said = text.split("\n").filter((line) => line.includes("error:"));
  const isOnce = said.length === 1 && message.test(said[0] ?? "");
  judge(name, code !== 0 && isOnce ? "" : `exit code ${code}, said ${JSON.stringify(said)}`);
}

async function badInput() {
  const quick = training("quickstart", "refused");
  const [launcher] = LAUNCHERS;
  if (launcher === undefined) return;
  refused(
    "without mpirun",
    /expected to be started by mpirun or srun/,
    await run(process.execPath, [MYELIN, ...quick, "--distributed"]),
  );
  refused(
    "three ranks and four parts",
    /microBatches that 3 processes share evenly, got 4/,
    await together(launcher, 3, quick),
  );
  const shell = (/** @type {string} */ command) =>
    run(launcher.program, [...launcher.args, "-n", "2", "bash", "-c", command]);
  const train = [process.execPath, MYELIN, ...quick, "--distributed"].join(" ");
  const rank = "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}";
  refused(
    "other recipes",
    /got another recipe\.optimizer\.lr \(0\.004 on rank 0, 0\.1 on rank 1\)/,
    await shell(`[ ${rank} = 1 ] && more="--set optimizer.lr=0.1"; ${train} $more`),
  );
  const libm = spawnSync("bash", ["-c", "ls /lib/*/libm.so.6 /usr/lib/libm.so.6 2>/dev/null | head -1"], {
    encoding: "utf8",
  }).stdout.trim();
  const alone = [MYELIN, ...quick, "--distributed"];
  const notMpi = await run(process.execPath, alone, undefined, { MYELIN_MPI: libm });
  refused("no library of MPI", /expected a library of MPI, got .*libm\.so\.6/, notMpi);
  const other = launcher.name === "Open MPI" ? "libmpich.so.12" : "libmpi.so.40";
  if (LAUNCHERS.length < 2) return;
  const args = [...launcher.args, "-n", "2", process.execPath, ...alone];
  const wrong = await run(launcher.program, args, undefined, { MYELIN_MPI: other });
  refused("the library of another MPI", /has started 2 processes/, wrong);
}

try {
  if (LAUNCHERS.length === 0) console.log("skipped: neither mpirun.openmpi nor mpirun.mpich is installed");
  else {
    for (const recipe of values.recipes.split(",")) await equality(recipe);
    for (const launcher of LAUNCHERS) for (let n = 0; n < Number(values.kills); n++) await kill(launcher, n);
    await badInput();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = LAUNCHERS.length === 0 ? ", 1 skipped" : "";
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed === 0 ? 0 : 1;
