import { FormatError } from "@myelin/core";
import { appendWhole, codeOf, onDisk, unreadable } from "@myelin/data/files";
import { readFile, truncate } from "node:fs/promises";
import { requireForm } from "../../records/index.ts";
import { runLineSchema, type RunLine } from "./line.ts";

/** sweep.jsonl: a line for each run that has ended; the last line about a run counts. */
export class SweepLog {
  readonly #file: string;
  #bytes: number;
  readonly #lines: Map<string, RunLine>;

  private constructor(file: string, bytes: number, lines: Map<string, RunLine>) {
    this.#file = file;
    this.#bytes = bytes;
    this.#lines = lines;
  }

  /**
   * Reads what there is. The rest of a line whose writer was killed is cut off.
   *
   * @throws FormatError for a line that is damaged
   */
  static async open(file: string): Promise<SweepLog> {
    const contents = await readFile(file).catch((cause: unknown) => {
      if (codeOf(cause) === "ENOENT") return Buffer.alloc(0);
      throw new FormatError(
        `${file}: expected the runs of a sweep, got ${unreadable(cause)}. Check the path.`,
        {
          cause,
        },
      );
    });
    const whole = contents.lastIndexOf(0x0a) + 1;
    const lines = linesOf(file, contents.subarray(0, whole).toString("utf8"));
    if (whole < contents.length) await onDisk(file, () => truncate(file, whole));
    return new SweepLog(file, whole, new Map(lines.map((line) => [line.run, line])));
  }

  /** What is known of a run. */
  get(run: string): RunLine | undefined {
    return this.#lines.get(run);
  }

  /** All runs that have ended, in the order of their first end. */
  get lines(): RunLine[] {
    return [...this.#lines.values()];
  }

  /** Adds a line; when that fails, none of it stays. */
  async append(line: RunLine): Promise<void> {
    this.#bytes += await appendWhole(this.#file, `${JSON.stringify(line)}\n`, this.#bytes);
    this.#lines.set(line.run, line);
  }
}

/** The lines of sweep.jsonl. */
function linesOf(file: string, text: string): RunLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => requireForm(`${file}:${i + 1}`, parse(line, `${file}:${i + 1}`), runLineSchema));
}

function parse(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FormatError(
      `${where}: expected a line of JSON, got "${line.slice(0, 40)}". Remove the line: its run is then made again.`,
      { cause },
    );
  }
}
