import { PickleBytes } from "./bytes.ts";
import { quote } from "../problem.ts";
import { Global, Made, Tuple, type PickleDict, type PickleValue } from "./values.ts";

/** What is made of a global when a pickle calls it. */
export type Maker = (argumentsOf: readonly PickleValue[], fail: Fail) => PickleValue;

/** Refuses the file at the place that is being read. */
export type Fail = (expected: string, got: string) => never;

/** What a pickle may name, and what its messages say. */
export interface PickleRules {
  /** The function that reads, for messages. */
  readonly reader: string;
  /** Name of the file, for messages. */
  readonly file: string;
  /** Whether a global may be named. */
  readonly allows: (name: string) => boolean;
  /** What calling a global makes; a global without a maker may be named but not called. */
  readonly makers: Readonly<Record<string, Maker>>;
  /** What a persistent identifier stands for. */
  readonly persistent: (id: PickleValue, fail: Fail) => PickleValue;
  /** Said of a global that is not allowed. */
  readonly hint: string;
}

/** Longest whole number that is read, in bytes. */
const MOST_INTEGER_BYTES = 64;

/**
 * Reads a pickle without executing anything: a stack machine that knows the instructions by which data are written, and
 * the globals of its rules. Each instruction makes at most one value, so that a pickle makes no more values than it has
 * bytes.
 *
 * @throws FormatError for anything else, an UnsupportedError that names a global which is not allowed
 * @source the instructions: documentation of Python's module `pickletools`
 */
export function readPickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
  return new Machine(bytes, rules).run();
}

type Instruction = (machine: Machine) => void;

class Machine {
  readonly bytes: PickleBytes;
  readonly #rules: PickleRules;
  readonly #memo = new Map<number, PickleValue>();
  readonly #marks: number[] = [];
  #stack: PickleValue[] = [];

  constructor(bytes: Uint8Array, rules: PickleRules) {
    this.bytes = new PickleBytes(bytes, rules);
    this.#rules = rules;
  }

  run(): PickleValue {
    for (;;) {
      const at = this.bytes.at;
      const code = this.bytes.byte();
      if (code === STOP) return this.pop();
      const instruction = INSTRUCTIONS.get(code);
      if (!instruction) {
        this.bytes.fail("an instruction that writes data", `0x${code.toString(16).padStart(2, "0")}`, at);
      }
      instruction(this);
    }
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    return value === undefined ? this.bytes.fail("a value on the stack", "none") : value;
  }

  /** The value on top, which stays. */
  top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** The values above the last mark, taken off with it. */
  popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    return mark === undefined ? this.bytes.fail("a mark on the stack", "none") : this.#stack.splice(mark);
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    this.push(value === undefined ? this.bytes.fail(`a remembered value ${index}`, "none") : value);
  }

  list(): PickleValue[] {
    const value = this.top();
    return Array.isArray(value) ? value : this.bytes.fail("a list on the stack", kindOf(value));
  }

  /** Adds keys and values, one after the other, to the dictionary on top. */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof Map)) this.bytes.fail("a dictionary on the stack", kindOf(target));
    if (items.length % 2 === 1) this.bytes.fail("a value for each key", "a key alone");
    for (let i = 0; i < items.length; i += 2) target.set(this.#key(items[i]!), items[i + 1]!);
  }

  #key(value: PickleValue): Parameters<PickleDict["set"]>[0] {
    const isPlain = value === null || value instanceof Tuple || typeof value !== "object";
    return isPlain ? value : this.bytes.fail("a key that can be looked up", kindOf(value));
  }

  global(name: string): void {
    if (this.#rules.allows(name)) return this.push(new Global(name));
    const { bytes } = this;
    bytes.fail("weights and plain values only", quote(name), bytes.at, "not supported", this.#rules.hint);
  }

  stackGlobal(): void {
    const [name, module] = [this.pop(), this.pop()];
    if (typeof name !== "string" || typeof module !== "string") {
      this.bytes.fail("the name of a global", `${kindOf(module)} and ${kindOf(name)}`);
    }
    this.global(`${module}.${name}`);
  }

  reduce(): void {
    const [given, callee] = [this.pop(), this.pop()];
    if (!(callee instanceof Global)) this.bytes.fail("a global to be called", kindOf(callee));
    if (!(given instanceof Tuple)) this.bytes.fail("a tuple of arguments", kindOf(given));
    const make = Object.hasOwn(this.#rules.makers, callee.name) ? this.#rules.makers[callee.name] : undefined;
    if (!make) this.bytes.fail("a global that makes a value", quote(callee.name));
    this.push(make(given.items, this.#fail));
  }

  /** Attributes that are set on a value: of a dictionary they are notes about versions, of anything else refused. */
  build(): void {
    this.pop();
    const target = this.top();
    if (!(target instanceof Map)) this.bytes.fail("a dictionary that has attributes", kindOf(target));
  }

  persistent(): void {
    this.push(this.#rules.persistent(this.pop(), this.#fail));
  }

  protocol(): void {
    const version = this.bytes.byte();
    if (version > 5) {
      const at = this.bytes.at - 1;
      this.bytes.fail("a pickle of protocol 0 to 5", `protocol ${version}`, at, "not supported");
    }
  }

  integer(length: number): void {
    if (length > MOST_INTEGER_BYTES) {
      this.bytes.fail(`a whole number of at most ${MOST_INTEGER_BYTES} bytes`, `${length} bytes`);
    }
    this.push(this.bytes.integer(length));
  }

  readonly #fail: Fail = (expected, got) => this.bytes.fail(expected, got);
}

/** What a value is called in messages. */
function kindOf(value: PickleValue): string {
  if (value === null) return "None";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a dictionary";
  if (value instanceof Tuple) return "a tuple";
  if (value instanceof Global) return quote(value.name);
  if (value instanceof Uint8Array) return "bytes";
  return value instanceof Made ? "a tensor or a storage" : `a ${typeof value}`;
}

const STOP = code(".");

/** Every instruction that is known, by its byte. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (m) => m.protocol()],
  [0x95, (m) => void m.bytes.take(8)], // the length of a frame
  [code("("), (m) => m.mark()],
  [code("0"), (m) => void m.pop()],
  [code("1"), (m) => void m.popMark()],
  [code("N"), (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [code("K"), (m) => m.push(m.bytes.byte())],
  [code("M"), (m) => m.push(m.bytes.uint16())],
  [code("J"), (m) => m.push(m.bytes.int32())],
  [0x8a, (m) => m.integer(m.bytes.byte())],
  [0x8b, (m) => m.integer(m.bytes.uint32())],
  [code("G"), (m) => m.push(m.bytes.float64())],
  [code("X"), (m) => m.push(m.bytes.text(m.bytes.uint32()))],
  [0x8c, (m) => m.push(m.bytes.text(m.bytes.byte()))],
  [0x8d, (m) => m.push(m.bytes.text(m.bytes.length64()))],
  [code("U"), (m) => m.push(m.bytes.text(m.bytes.byte()))],
  [code("T"), (m) => m.push(m.bytes.text(m.bytes.uint32()))],
  [code("C"), (m) => m.push(m.bytes.take(m.bytes.byte()))],
  [code("B"), (m) => m.push(m.bytes.take(m.bytes.uint32()))],
  [code("]"), (m) => m.push([])],
  [code("l"), (m) => m.push(m.popMark())],
  [code("a"), (m) => append(m, [m.pop()])],
  [code("e"), (m) => append(m, m.popMark())],
  [code("}"), (m) => m.push(new Map())],
  [code("d"), (m) => dictionary(m, m.popMark())],
  [code("s"), (m) => setItem(m)],
  [code("u"), (m) => m.setItems(m.popMark())],
  [code(")"), (m) => m.push(new Tuple([]))],
  [code("t"), (m) => m.push(new Tuple(m.popMark()))],
  [0x85, (m) => tuple(m, 1)],
  [0x86, (m) => tuple(m, 2)],
  [0x87, (m) => tuple(m, 3)],
  [code("q"), (m) => m.remember(m.bytes.byte())],
  [code("r"), (m) => m.remember(m.bytes.uint32())],
  [0x94, (m) => m.remember()],
  [code("h"), (m) => m.recall(m.bytes.byte())],
  [code("j"), (m) => m.recall(m.bytes.uint32())],
  [code("c"), (m) => m.global(`${m.bytes.line()}.${m.bytes.line()}`)],
  [0x93, (m) => m.stackGlobal()],
  [code("R"), (m) => m.reduce()],
  [code("b"), (m) => m.build()],
  [code("Q"), (m) => m.persistent()],
]);

function code(letter: string): number {
  return letter.charCodeAt(0);
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = machine.list();
  for (const item of items) list.push(item);
}

function dictionary(machine: Machine, items: readonly PickleValue[]): void {
  machine.push(new Map());
  machine.setItems(items);
}

function setItem(machine: Machine): void {
  const [value, key] = [machine.pop(), machine.pop()];
  machine.setItems([key, value]);
}

function tuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => machine.pop());
  machine.push(new Tuple(items.reverse()));
}
