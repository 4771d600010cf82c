import { MyelinError } from "../../errors.ts";
import type { Storage } from "../backend/index.ts";
import type { Engine } from "../engine.ts";

/** Whole numbers beyond this have gaps in float32. */
const MOST_ROWS = 2 ** 24;

/** Row indices in step memory, for the time of `work`. */
export function withIndices(engine: Engine, rows: Float32Array, work: (index: Storage) => void): void {
  if (rows.length > MOST_ROWS)
    throw new MyelinError(
      `rows: expected at most ${MOST_ROWS} rows, got ${rows.length}. Work on smaller parts.`,
    );
  const { memory } = engine.backend;
  const index = memory.allocate(rows.length, "step");
  memory.write(index, rows);
  work(index);
  memory.release(index);
}
