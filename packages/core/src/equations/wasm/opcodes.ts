/** Instructions of WebAssembly, as its specification numbers them. */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueKind = typeof I32 | typeof F64 | typeof V128;

/** One byte each. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branchIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  i32Load: 0x28,
  f64Store: 0x39,
  i32Const: 0x41,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32LessUnsigned: 0x49,
  i32GreaterEqualUnsigned: 0x4f,
  i32Add: 0x6a,
  i32Subtract: 0x6b,
  i32Multiply: 0x6c,
  i32DivideUnsigned: 0x6e,
  i32And: 0x71,
  i32ShiftLeft: 0x74,
  f64Add: 0xa0,
  f64PromoteF32: 0xbb,
} as const;

/** A block without a result. */
export const NO_RESULT = 0x40;

/** After the byte 0xfc. */
export const BULK_PREFIX = 0xfc;
export const BULK = { memoryCopy: 10, memoryFill: 11 } as const;

/** After the byte 0xfd. */
export const SIMD_PREFIX = 0xfd;
export const SIMD = {
  load: 0x00,
  load32Splat: 0x09,
  store: 0x0b,
  constant: 0x0c,
  shuffle: 0x0d,
  extractLane: 0x1f,
  i32Equal: 0x37,
  equal: 0x41,
  less: 0x43,
  greater: 0x44,
  lessEqual: 0x45,
  greaterEqual: 0x46,
  and: 0x4e,
  andNot: 0x4f,
  or: 0x50,
  xor: 0x51,
  bitselect: 0x52,
  store32Lane: 0x5a,
  load32Zero: 0x5c,
  demoteF64: 0x5e,
  promoteF64: 0x5f,
  nearest: 0x6a,
  f64Nearest: 0x94,
  i32ShiftLeft: 0xab,
  i32ShiftRight: 0xac,
  i32ShiftRightUnsigned: 0xad,
  i32Add: 0xae,
  i32Subtract: 0xb1,
  abs: 0xe0,
  negate: 0xe1,
  sqrt: 0xe3,
  add: 0xe4,
  subtract: 0xe5,
  multiply: 0xe6,
  divide: 0xe7,
  min: 0xe8,
  max: 0xe9,
  lesser: 0xea,
  greaterOf: 0xeb,
  f64Add: 0xf0,
  f64Subtract: 0xf1,
  f64Multiply: 0xf2,
  truncate: 0xf8,
  convert: 0xfa,
  f64Truncate: 0xfc,
  multiplyAdd: 0x105,
  multiplySubtract: 0x106,
} as const;

export type SimdOperation = keyof typeof SIMD;
