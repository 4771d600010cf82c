import type { Backend } from "../backend.ts";
import { ShapeError } from "../../errors.ts";
import { ATTENTION_LENGTHS } from "./attention.ts";
import { DELAY_LENGTHS } from "./delays.ts";
import type { LengthsOf, MethodOf, Operand, Operands } from "./lengths.ts";
import { OPERATION_LENGTHS } from "./operations.ts";
import { ROW_LENGTHS } from "./rows.ts";
import { SPARSE_LENGTHS } from "./sparse.ts";

/**
 * The same backend behind one check: before an operation runs, the lengths of its operands are compared with what
 * its sizes give them. A kernel knows addresses and sizes only, so with a wrong size it would read and write
 * the numbers of others.
 *
 * Its operations throw ShapeError when a length differs; all else is as in `backend`.
 */
export function checkedBackend(backend: Backend): Backend {
  const { name, description, threads } = backend;
  return {
    ...{ name, description, threads },
    ...checkedPart("backend", backend, OPERATION_LENGTHS),
    sparse: checkedPart("backend.sparse", backend.sparse, SPARSE_LENGTHS),
    attention: checkedPart("backend.attention", backend.attention, ATTENTION_LENGTHS),
    delays: checkedPart("backend.delays", backend.delays, DELAY_LENGTHS),
    rows: checkedPart("backend.rows", backend.rows, ROW_LENGTHS),
  };
}

type Method = (...args: unknown[]) => unknown;
type Methods = Readonly<Record<string, Method>>;
type OperandsOf = (...args: unknown[]) => Operands;

function checkedPart<B extends object>(path: string, part: B, lengths: LengthsOf<B>): Pick<B, MethodOf<B>> {
  const methods = part as unknown as Methods;
  const operands = lengths as unknown as Readonly<Record<string, OperandsOf>>;
  const checked = Object.entries(operands).map(([name, operandsOf]) => {
    const run = (methods[name] as Method).bind(part);
    return [name, checkedOperation(`${path}.${name}`, run, operandsOf)];
  });
  return Object.fromEntries(checked) as Pick<B, MethodOf<B>>;
}

function checkedOperation(name: string, run: Method, operandsOf: OperandsOf): Method {
  return (...args) => {
    checkLengths(name, operandsOf(...args));
    return run(...args);
  };
}

function checkLengths(operation: string, operands: Operands): void {
  for (const name in operands) {
    const [storage, expected] = operands[name] as Operand;
    if (!storage || storage.length === expected) continue;
    throw new ShapeError(
      `${operation}: expected ${expected} numbers in ${name}, as the sizes say, got ${storage.length}. ` +
        "An operation was told a size that is not its tensor's; check the shapes of what it was given.",
    );
  }
}
