/** Runs golden cases on backends. Nothing here needs Node, so that browsers run the same cases. */
import { type Engine, FormatError, useEngine } from "@myelin/core";
import type { GoldenBackend } from "./backends.ts";
import { runAttention } from "./attention.ts";
import { Comparison } from "./comparison.ts";
import { runDelayLayer, runDelayNet } from "./delays.ts";
import { runEquations } from "./equations.ts";
import { GoldenCase, parseCases } from "./format.ts";
import { runLoss } from "./losses.ts";
import { runConvKlifNet } from "./networks.ts";
import { runNeuron } from "./neurons.ts";
import { runOptimiser } from "./optimisers.ts";

/** What became of a case on a backend. */
export interface Outcome {
  readonly status: "passed" | "failed";
  readonly case: string;
  readonly backend: string;
  /** Why it failed; empty if it passed. */
  readonly reason: string;
}

/** A kind of case, and how to run it. */
interface Kind {
  readonly name: string;
  readonly matches: (golden: GoldenCase) => boolean;
  readonly run: (golden: GoldenCase, compare: Comparison, engine: Engine) => Promise<void>;
}

const KINDS: readonly Kind[] = [
  {
    name: "neuron",
    matches: (golden) => "neuron" in golden.options,
    run: (golden, compare, engine) => engine.step(() => runNeuron(golden, compare)),
  },
  {
    name: "equations",
    matches: (golden) => "equations" in golden.options,
    run: (golden, compare, engine) => engine.step(() => runEquations(golden, compare)),
  },
  {
    name: "optimiser",
    matches: (golden) => golden.has("p0"),
    run: (golden, compare, engine) => engine.step(() => runOptimiser(golden, compare)),
  },
  {
    name: "delay net",
    matches: (golden) => golden.has("start.d1.position"),
    run: runDelayNet,
  },
  {
    name: "conv-klif net",
    matches: (golden) => golden.has("start.conv1.weight") && golden.has("start.klif1.k"),
    run: (golden, compare, engine) => runConvKlifNet(golden, compare, (work) => engine.step(work)),
  },
  {
    name: "delay layer",
    matches: (golden) => golden.has("position"),
    run: (golden, compare, engine) => engine.step(() => runDelayLayer(golden, compare)),
  },
  {
    name: "attention",
    matches: (golden) => golden.has("score"),
    run: (golden, compare, engine) => engine.step(() => runAttention(golden, compare)),
  },
  {
    name: "loss",
    matches: (golden) => golden.has("labels") && golden.has("loss"),
    run: (golden, compare, engine) => engine.step(() => runLoss(golden, compare)),
  },
];

/** Runs every case of a golden file, given as text, on every backend. */
export async function runGoldenFile(text: string, backends: readonly GoldenBackend[]): Promise<Outcome[]> {
  let cases: unknown[];
  try {
    cases = parseCases(text);
  } catch (error) {
    return [{ status: "failed", case: "", backend: "", reason: messageOf(error) }];
  }
  const outcomes: Outcome[] = [];
  for (const backend of backends) outcomes.push(...(await runCases(cases, backend)));
  return outcomes;
}

async function runCases(cases: readonly unknown[], backend: GoldenBackend): Promise<Outcome[]> {
  const engine = await backend.start();
  useEngine(engine);
  try {
    const outcomes: Outcome[] = [];
    for (const [index, value] of cases.entries()) {
      const outcome = await runCase(value, backend, engine);
      outcomes.push({ case: nameOf(value, index), backend: backend.name, ...outcome });
    }
    return outcomes;
  } finally {
    await engine.dispose();
  }
}

async function runCase(
  value: unknown,
  backend: GoldenBackend,
  engine: Engine,
): Promise<Pick<Outcome, "status" | "reason">> {
  try {
    const golden = new GoldenCase(value);
    const kind = kindOf(golden);
    const compare = new Comparison(golden, backend.tolerances);
    await kind.run(golden, compare, engine);
    const reason = compare.differences.join("; ");
    return { status: reason ? "failed" : "passed", reason };
  } catch (error) {
    return { status: "failed", reason: messageOf(error) };
  }
}

function kindOf(golden: GoldenCase): Kind {
  const kind = KINDS.find(({ matches }) => matches(golden));
  if (kind) return kind;
  throw new FormatError(
    `kind: expected a case of ${KINDS.map(({ name }) => name).join(", ")}, ` +
      `got one with tensors ${golden.tensorNames.join(", ") || "none"}.`,
  );
}

function nameOf(value: unknown, index: number): string {
  const named = typeof value === "object" && value !== null && "name" in value;
  return named && typeof value.name === "string" ? value.name : `case ${index}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
