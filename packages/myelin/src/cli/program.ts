/** What the command line understands. Commands are loaded when they run, so that --help starts fast. */
import type { BackendName } from "@myelin/core";
import type { Framework } from "@myelin/exchange";
import { Command, Option } from "commander";
import type { CompareFlags } from "./compare-command.ts";
import type { ConvertFlags } from "./convert-command.ts";
import type { EvalFlags } from "./eval-command.ts";
import type { DataFlags } from "./data-command.ts";
import type { NirExportFlags, NirRunFlags } from "./nir-command.ts";
import type { ExportFlags } from "./export-command.ts";
import type { PredictFlags } from "./predict-command.ts";
import type { ReportFlags } from "./report-command.ts";
import type { NeuronFlags } from "./neuron-command.ts";
import type { TrainFlags } from "./train-command.ts";
import { cameraOf, collect, filePath, positiveNumber, wholeNumber } from "./option-values.ts";
import { addReproduce, addSweep, addWorker } from "./program-many.ts";
import { VERSION } from "../version.ts";

/** Frameworks that weights come from and go to. */
const FRAMEWORKS = ["pytorch", "snntorch", "spikingjelly", "norse"] satisfies Framework[];

/** Builds the parser; parsing runs the command. */
export function buildProgram(): Command {
  const program = new Command("myelin")
    .description("Trains and examines spiking neural networks.")
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
  addTrain(program);
  addEval(program);
  addPredict(program);
  addExport(program);
  addReport(program);
  addCompare(program);
  addData(program);
  addNir(program);
  addNeuron(program);
  addReproduce(program);
  addSweep(program);
  addWorker(program);
  addRecipes(program);
  addInit(program);
  return program;
}

function addTrain(program: Command): void {
  program
    .command("train")
    .description("train the network of a recipe")
    .argument("<recipe>", "recipe file in YAML, or the name of a recipe: see myelin recipes", filePath)
    .option("--set <path=value>", "change a value of the recipe; may be repeated", collect, [])
    .option("--out <folder>", "run folder (default: runs/NAME-SEED)", filePath)
    .option("--threads <n>", "threads of the engine; the result does not depend on it", wholeNumber(1))
    .option("--seed <n>", "seed of everything random", wholeNumber(0))
    .option("--resume", "go on from the newest checkpoint in the run folder", false)
    .option(
      "--extend <epochs>",
      "with --resume: train to so many epochs, more than were planned",
      wholeNumber(1),
    )
    .option(
      "--extend-lr <rate>",
      "learning rate of the epochs that are added (default: the last one)",
      positiveNumber,
    )
    .option("--json", "print a JSON object a line instead of text", false)
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .option(
      "--init <file>",
      "begin with the weights of a .pt, .pth, .safetensors or network.myelin file",
      filePath,
    )
    .addOption(
      new Option("--init-from <framework>", "with --init: what the file's network was trained with").choices(
        FRAMEWORKS,
      ),
    )
    .option("--init-key <name>", "with --init: which dictionary of several in the file")
    .option("--distributed", "train as one of the processes that mpirun or srun has started", false)
    .option(
      "--trace <file>",
      "write the times of steps and of messages: .json for chrome://tracing, .svg to look at",
      filePath,
    )
    .addOption(
      new Option("--log <format>", "also write curves, histograms and rasters for another program").choices([
        "tensorboard",
      ]),
    )
    .addOption(
      new Option("--backend <name>", "engine backend; the reference is float64 and slow").choices([
        "wasm",
        "reference",
      ] satisfies BackendName[]),
    )
    .action(async (recipe: string, flags: TrainFlags) => {
      const { runTrain } = await import("./train-command.ts");
      await runTrain(recipe, flags);
    });
}

function addEval(program: Command): void {
  program
    .command("eval")
    .description("evaluate the newest checkpoint of a run on test data")
    .argument("<folder>", "run folder", filePath)
    .option("--data <name>", "another data set than the one in the recipe")
    .option("--threads <n>", "threads of the engine", wholeNumber(1))
    .option("--json", "print one JSON object", false)
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (folder: string, flags: EvalFlags) => {
      const { runEval } = await import("./eval-command.ts");
      await runEval(folder, flags);
    });
}

function addPredict(program: Command): void {
  program
    .command("predict")
    .description(
      "say what a trained run takes files for: images in IDX, recordings of event cameras, sounds in WAV",
    )
    .argument("<run>", "run folder, or its network.myelin", filePath)
    .argument("<files...>", "files of samples")
    .option("--json", "print a JSON object a line, with the scores of all classes", false)
    .action(async (run: string, files: string[], flags: PredictFlags) => {
      const { runPredict } = await import("./predict-command.ts");
      await runPredict(run, files, flags);
    });
}

function addExport(program: Command): void {
  program
    .command("export")
    .description(
      "write the weights of a run's newest checkpoint, dense and under PyTorch's names: .safetensors or .pt; or its twin as Python, .py",
    )
    .argument("<folder>", "run folder", filePath)
    .argument("<file>", "file to write, such as network.safetensors", filePath)
    .addOption(
      new Option(
        "--to <framework>",
        "give the neurons' tensors its names, and say how the neurons are made there",
      ).choices(FRAMEWORKS),
    )
    .action(async (folder: string, file: string, flags: ExportFlags) => {
      const { runExport } = await import("./export-command.ts");
      await runExport(folder, file, flags);
    });
}

function addReport(program: Command): void {
  program
    .command("report")
    .description("draw the report of a run again, from what the run has recorded")
    .argument("<folder>", "run folder", filePath)
    .option("--record", "first record the test set again, with the newest checkpoint and the data", false)
    .option("--threads <n>", "with --record: threads of the engine", wholeNumber(1))
    .option("--data-dir <folder>", "with --record: where data sets are looked for first", filePath)
    .action(async (folder: string, flags: ReportFlags) => {
      const { runReport } = await import("./report-command.ts");
      await runReport(folder, flags);
    });
}

function addCompare(program: Command): void {
  program
    .command("compare")
    .description(
      "draw several runs in one page: curves, settings that differ, accuracy against rate and operations",
    )
    .argument("<runs...>", "run folders")
    .option("--out <file>", "the page", "comparison.html")
    .option("--json", "print what the page is made of", false)
    .action(async (runs: string[], flags: CompareFlags) => {
      const { runCompare } = await import("./compare-command.ts");
      await runCompare(runs, flags);
    });
}

function addData(program: Command): void {
  const data = program.command("data").description("list, fetch and examine data");
  data
    .command("list")
    .description("list the known data sets and where they are")
    .option("--json", "print one JSON object a line", false)
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (flags: DataFlags) => (await import("./data-command.ts")).listData(flags));
  data
    .command("get")
    .description("download a data set, check it and keep it")
    .argument("<name>", "name of the data set")
    .option("--data-dir <folder>", "where to put it (default: $MYELIN_DATA or the user's cache)", filePath)
    .option("--mirror <url>", "take the files from this address instead; may be repeated", collect, [])
    .action(async (name: string, flags: DataFlags) =>
      (await import("./data-command.ts")).getData(name, flags),
    );
  data
    .command("info")
    .description("say what is in a data file")
    .argument("<file>", "images (IDX, CIFAR-10), spikes (HDF5) or a recording of an event camera", filePath)
    .option("--json", "print one JSON object", false)
    .action(async (file: string, flags: DataFlags) =>
      (await import("./data-command.ts")).dataInfo(file, flags),
    );
  addConvert(data);
}

function addNir(program: Command): void {
  const nir = program.command("nir").description("graphs of the Neuromorphic Intermediate Representation");
  nir
    .command("info")
    .description("say what is in a graph: its nodes, edges and parameters")
    .argument("<file>", "an HDF5 file such as network.nir", filePath)
    .option("--json", "print one JSON object", false)
    .action(async (file: string, flags: { readonly json: boolean }) =>
      (await import("./nir-command.ts")).printNirInfo(file, flags),
    );
  nir
    .command("run")
    .description("run a graph on the test samples of a data set: accuracy, samples per second, firing rates")
    .argument("<file>", "an HDF5 file such as network.nir", filePath)
    .requiredOption("--data <name>", "the data set, such as nmnist")
    .option("--dt <seconds>", "a time step, of the neurons and of the data", positiveNumber, 1e-3)
    .option("--steps <n>", "time steps of a recording, or that an image is shown for", wholeNumber(1), 350)
    .addOption(
      new Option("--as <tool>", "compute a step as this tool does").choices([
        ...["norse", "snntorch", "spinnaker2", "lava", "nengo", "sinabs", "rockpool"],
      ]),
    )
    .option("--limit <n>", "only so many samples", wholeNumber(1))
    .option("--batch-size <n>", "samples at a time", wholeNumber(1), 16)
    .option("--threads <n>", "threads of the engine", wholeNumber(1))
    .option("--json", "print one JSON object", false)
    .option("--data-dir <folder>", "where data sets are looked for first", filePath)
    .action(async (file: string, flags: NirRunFlags) =>
      (await import("./nir-command.ts")).runNir(file, flags),
    );
  nir
    .command("export")
    .description("write the network of a run's newest checkpoint as a graph")
    .argument("<folder>", "run folder", filePath)
    .argument("<file>", "file to write, such as network.nir", filePath)
    .option(
      "--dt <seconds>",
      "a time step in seconds: time constants are multiples of it",
      positiveNumber,
      1e-4,
    )
    .option("--approximate", "take the nearest node for layers that NIR does not have", false)
    .action(async (folder: string, file: string, flags: NirExportFlags) =>
      (await import("./nir-command.ts")).exportRunAsNir(folder, file, flags),
    );
}

function addNeuron(program: Command): void {
  program
    .command("neuron")
    .description(
      "draw what a neuron does, and print its equations with the backward pass that follows from them",
    )
    .argument(
      "[name]",
      "a neuron, or a YAML file with one or with a recipe; all are listed without it",
      filePath,
    )
    .option("--set <option=value>", "change an option of the neuron; may be repeated", collect, [])
    .option(
      "--out <path>",
      "folder for page and pictures; or one picture, .svg, of one input",
      filePath,
      "runs/neurons",
    )
    .addOption(
      new Option("--drive <input...>", "only these inputs (default: all)").choices([
        "step",
        "ramp",
        "spikes",
      ]),
    )
    .option("--current <number>", "how strong the inputs are (default: by the neuron)", positiveNumber)
    .option("--steps <n>", "how long they are", wholeNumber(10, 10_000), 200)
    .option("--json", "print one JSON object instead, without pictures", false)
    .action(async (name: string | undefined, flags: NeuronFlags) =>
      (await import("./neuron-command.ts")).runNeuron(name, flags),
    );
}

function addConvert(data: Command): void {
  data
    .command("convert")
    .description("turn a recording into another format, or a data set into one of another kind")
    .argument(
      "<from>",
      "a recording of an event camera; or a data set: fsdd, or images with --to events",
      filePath,
    )
    .argument("[target]", "file to write; for a data set of images, the folder", filePath)
    .option("--to <format>", "what to write: aedat4, compact, events (default: by the file's ending)")
    .option("--limit <n>", "only the first images of each split", wholeNumber(1))
    .option("--seed <n>", "of the noise of the simulated camera or ear", wholeNumber(0))
    .option("--camera <n>", 'of a recording of several: its number, from 0, or "all" side by side', cameraOf)
    .option("--data-dir <folder>", "where data sets are looked for and put", filePath)
    .option("--json", "print one JSON object, with what was passed over and why", false)
    .action(async (from: string, target: string | undefined, flags: ConvertFlags) =>
      (await import("./convert-command.ts")).convertData(from, target, flags),
    );
}

function addRecipes(program: Command): void {
  program
    .command("recipes")
    .description("list the recipes that come with the package, or copy one of them")
    .argument("[name]", "recipe to copy")
    .argument("[target]", "folder, or file ending in .yaml (default: the current folder)", filePath)
    .option("--json", "print one JSON object per line", false)
    .action(
      async (name: string | undefined, target: string | undefined, flags: { readonly json: boolean }) => {
        const { copyRecipe, listRecipes } = await import("./recipes-command.ts");
        await (name === undefined ? listRecipes(flags) : copyRecipe(name, target));
      },
    );
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("begin a project: a recipe, a training loop in TypeScript, a page with Vite")
    .argument("[folder]", "where (default: the current folder)", filePath)
    .action(async (folder: string | undefined) => {
      const { initProject } = await import("./init-command.ts");
      await initProject(folder);
    });
}
