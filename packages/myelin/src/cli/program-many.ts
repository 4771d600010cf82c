/** Commands that make many trainings. */
import { Argument, Option, type Command } from "commander";
import { filePath, wholeNumber } from "./option-values.ts";
import type { ReproduceFlags } from "./reproduce-command.ts";
import type { SweepFlags } from "./sweep-command.ts";
import type { WorkerFlags } from "./worker-command.ts";

/** What each study compares, for --help. */
const STUDY_NAMES = {
  klif: "LIF, PLIF and KLIF on MNIST, Fashion-MNIST and N-MNIST",
  delays: "no, fixed random and learned delays on SHD",
  asa: "with and without spatial attention on N-MNIST and Fashion-MNIST in motion",
  esl: "densities from 100 to 2 %, fixed masks, SET and RigL, on Fashion-MNIST",
  neurons: "LIF, ALIF, CUBA-LIF and resonators on SHD",
} as const;

/** `myelin reproduce` */
export function addReproduce(program: Command): void {
  const studies = Object.entries(STUDY_NAMES).map(([name, text]) => `${name}: ${text}`);
  program
    .command("reproduce")
    .description(
      "repeat the comparison of a paper on a small budget: variants, seeds, one table; one to two hours on two cores, " +
        "esl longer unless --data or --limit make it smaller",
    )
    .addArgument(new Argument("<study>", studies.join("; ")).choices(Object.keys(STUDY_NAMES)))
    .option("--seeds <n>", "how many seeds (at least 3 to be comparable)", wholeNumber(1), 3)
    .option("--data <name...>", "only these tasks")
    .option("--only <variant...>", "only these variants: an id, or what stands before its dash")
    .option("--epochs <n>", "epochs of each training", wholeNumber(1))
    .option("--limit <n>", "use only so many samples, to try it out", wholeNumber(1))
    .option(
      "--out <folder>",
      "where runs and tables go; finished runs there are kept (default: runs/reproduce-STUDY)",
      filePath,
    )
    .option("--threads <n>", "threads of the engine", wholeNumber(1))
    .option("--jobs <n>", "trainings at the same time (default: one, with all threads)", wholeNumber(1))
    .option("--on <place>", "local: this machine; slurm: a cluster; nats://HOST: workers anywhere", "local")
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (study: keyof typeof STUDY_NAMES, flags: ReproduceFlags) => {
      const { runStudy } = await import("./reproduce-command.ts");
      await runStudy(study, flags);
    });
}

/** `myelin sweep` */
export function addSweep(program: Command): void {
  program
    .command("sweep")
    .description("train a recipe with many settings: grid, random search, successive halving, Optuna")
    .argument("<file>", "sweep file in YAML: a recipe, settings, seeds, a search, objectives", filePath)
    .option("--out <folder>", "where runs and their page go (default: runs/NAME)", filePath)
    .option("--jobs <n>", "trainings at the same time (default: all cores)", wholeNumber(1))
    .option("--threads <n>", "threads of each training", wholeNumber(1), 1)
    .option(
      "--on <place>",
      "local: processes of this machine; slurm: an array on a cluster; nats://HOST: workers anywhere",
      "local",
    )
    .option("--retry", "make runs again that failed", false)
    .option("--reports", "draw report.html of each run too", false)
    .option("--json", "print a JSON object a line instead of text", false)
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (file: string, flags: SweepFlags) => {
      const { runSweepCommand } = await import("./sweep-command.ts");
      await runSweepCommand(file, flags);
    });
}

/** `myelin worker` */
export function addWorker(program: Command): void {
  program
    .command("worker")
    .description("train what sweeps put into the queue of a NATS server, until it is stopped")
    .option("--on <server>", "the server: nats://HOST or nats://HOST:PORT")
    .option("--jobs <n>", "trainings at the same time, a thread each (default: all cores)", wholeNumber(1))
    .option("--idle <seconds>", "end after so long without work", wholeNumber(1))
    .option("--out <folder>", "where runs are trained", filePath, "runs/worker")
    .addOption(new Option("--jobs-file <file>", "of a task of Slurm").hideHelp())
    .addOption(new Option("--index <n>", "of a task of Slurm").argParser(wholeNumber(0)).hideHelp())
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (flags: WorkerFlags) => {
      const { runWorkerCommand } = await import("./worker-command.ts");
      await runWorkerCommand(flags);
    });
}
