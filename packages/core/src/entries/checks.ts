/**
 * How arguments are checked, and how errors and warnings are worded: for packages built on the core.
 *
 * @module @myelin/core/checks
 */
export {
  type Bounds,
  checkArray,
  checkBoolean,
  checkBytes,
  checkFunction,
  checkInstance,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOneOf,
  checkOptions,
  checkShape,
  checkText,
  describeValue,
  isPlainObject,
  type KnownOptions,
  listNames,
  refuse,
  withDefaults,
} from "../checks.ts";
export { TruncatedError, UnsupportedError } from "../errors.ts";
export { nearestName } from "../nearest.ts";
export { warn, type WarningHandler } from "../warnings.ts";
