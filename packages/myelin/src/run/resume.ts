/** Which recipe a resumed run goes on with: the one it was begun with, or the same with more epochs. */
import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import { plural } from "../format.ts";
import { plannedOverEpochs, totalEpochs, type Recipe } from "../recipe/index.ts";
import { trainedPart } from "./identity.ts";

/** More epochs than a run was planned for. */
export interface Extension {
  /** Epochs altogether, with those before. */
  readonly epochs: number;
  /** Learning rate from there on; the last one when absent. */
  readonly lr?: number | undefined;
}

/** A run that is to go on. */
export interface Resumed {
  /** What is asked for now. */
  readonly asked: Recipe;
  /** What the run's folder says that it was begun with. */
  readonly before: Recipe;
  /** Epochs that have been trained. */
  readonly done: number;
  /** config.yaml of the run, for messages. */
  readonly file: string;
  readonly extension?: Extension | undefined;
}

/**
 * The recipe that a run goes on with. It says truly what all of its epochs were and will be trained with: training it
 * from the start gives the same bits.
 *
 * @throws MyelinError, with the way out, if what is asked for is another run
 */
export function resumedRecipe(run: Resumed): Recipe {
  const { asked, before, extension } = run;
  requireSameRecipe(run);
  if (extension !== undefined) return extended(run, extension);
  const extensions = asked.extensions ?? before.extensions;
  if (!isDeepStrictEqual(extensions, before.extensions)) {
    throw other(run, ["extensions"], "Add epochs with --extend.");
  }
  const recipe = { ...asked, ...(extensions && { extensions }) };
  if (asked.epochs !== before.epochs) requireFreeEpochs(run);
  return recipe;
}

function requireSameRecipe(run: Resumed): void {
  const changes = differences(trainedPart(run.before), trainedPart(run.asked));
  if (changes.length > 0) throw other(run, changes, "Train the new recipe in another folder, with --out.");
}

/** `optimizer.lr (0.01 before, 0.1 now)` for every value that differs. */
export function differences(
  before: unknown,
  now: unknown,
  words: { readonly before: string; readonly now: string } = { before: "before", now: "now" },
  path = "",
): string[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (!isSection(before) || !isSection(now)) {
    return [`${path} (${shown(before)} ${words.before}, ${shown(now)} ${words.now})`];
  }
  const keys = Object.keys({ ...before, ...now });
  return keys.flatMap((key) =>
    differences(before[key], now[key], words, path === "" ? key : `${path}.${key}`),
  );
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

function other({ file }: Resumed, changes: readonly string[], hint: string): MyelinError {
  return new MyelinError(
    `--resume: expected the recipe that ${file} was begun with, got another ${changes.join(", ")}. ${hint}`,
  );
}

/** Another number of planned epochs is the same run only if nothing is spread over them. */
function requireFreeEpochs({ asked, before, done, file }: Resumed): void {
  const planned = plannedOverEpochs(before);
  const way =
    asked.epochs > totalEpochs(before)
      ? `Go on with --resume --extend ${asked.epochs} and the old recipe: what comes after keeps the last learning rate, ` +
        "or the one of --extend-lr"
      : "Leave epochs as they were, or train in another folder, with --out";
  if (planned.length > 0 || before.extensions !== undefined) {
    const why = planned.length > 0 ? `spreads ${planned.join(" and ")} over them` : "was extended after them";
    throw new MyelinError(
      `--resume: expected ${plural(before.epochs, "epoch")}, as ${file} ${why}, got ${asked.epochs}. ${way}.`,
    );
  }
  if (asked.epochs >= done) return;
  throw new MyelinError(
    `--resume: expected at least the ${plural(done, "epoch")} that ${done === 1 ? "is" : "are"} trained already, ` +
      `got epochs ${asked.epochs}. Train fewer in another folder, with --out.`,
  );
}

/** The recipe of the run with the epochs that are missing; the same command twice adds them once. */
function extended(run: Resumed, { epochs, lr }: Extension): Recipe {
  const { asked, before } = run;
  const total = totalEpochs(before);
  if (asked.epochs !== before.epochs && asked.epochs !== epochs) {
    throw other(run, [`epochs (${before.epochs} before, ${asked.epochs} now)`], "Leave epochs as they were.");
  }
  const { extensions = [] } = before;
  const recipe = { ...asked, epochs: before.epochs };
  if (epochs > total) return { ...recipe, extensions: [...extensions, added(epochs - total, lr)] };
  const last = extensions.at(-1);
  const repeated = epochs === total && (lr === undefined || lr === last?.lr);
  if (repeated) return { ...recipe, ...(before.extensions && { extensions }) };
  throw new MyelinError(
    `--extend: expected more than the ${plural(total, "epoch")} of ${run.file}, got ${epochs}` +
      `${lr === undefined ? "" : ` with --extend-lr ${lr}`}. It counts all epochs, not only the new ones.`,
  );
}

function added(epochs: number, lr: number | undefined): NonNullable<Recipe["extensions"]>[number] {
  return { epochs, ...(lr !== undefined && { lr }) };
}
