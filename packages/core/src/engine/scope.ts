import { checkFunction, checkText } from "../checks.ts";

/** The layer or loss whose work runs now: errors of operations in it carry its name. */
let scope: string | undefined;

/** Runs the synchronous `work` under a name for errors, such as the label of a layer; the innermost name counts. */
export function inScope<T>(name: string, work: () => T): T {
  checkText("inScope.name", name);
  checkFunction("inScope.work", work);
  const outer = scope;
  scope = name;
  try {
    return work();
  } finally {
    scope = outer;
  }
}

/** The name for errors of an operation: that of the scope it is called in, else its own. */
export function scopeOr(operation: string): string {
  return scope ?? operation;
}
