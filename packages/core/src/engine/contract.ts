import {
  type Backend,
  type GroupName,
  imageLength,
  LENGTHS,
  type MemoryBackend,
  type Storage,
} from "./backend/index.ts";
import { ShapeError } from "../errors.ts";

type Buffer = Storage | undefined;
type Buffers = Readonly<Record<string, Buffer | readonly Buffer[]>>;
type Operation = (size: unknown, buffers: Buffers, spec: unknown) => unknown;
type Length = (size: unknown, buffers: Buffers, spec: unknown, place: number) => number;
type Lengths = Readonly<Record<string, Length | { readonly output: Length }>>;

/**
 * The same backend behind one check: before an operation runs, the lengths of its buffers are compared with what
 * its sizes give them. A kernel knows addresses and sizes only, so with a wrong size it would read and write
 * the values of others. What is about to be written to is told to the memory.
 *
 * Its operations throw ShapeError when a length differs; all else is as in `backend`.
 */
export function checkedBackend(backend: Backend): Backend {
  const { name, description, threads, patterns } = backend;
  const groups = Object.entries(LENGTHS).flatMap(([group, operations]) => {
    const part = backend[group as GroupName];
    return part === undefined ? [] : [[group, checkedGroup(group, part, operations, backend.memory)]];
  });
  return {
    ...{ name, description, threads, patterns, memory: checkedMemory(backend.memory) },
    ...(Object.fromEntries(groups) as Pick<Backend, GroupName>),
    dispose: () => backend.dispose(),
  };
}

function checkedGroup(group: string, part: object, operations: object, memory: MemoryBackend): object {
  const checked = Object.entries(operations).map(([name, lengths]) => {
    const run = (part as Readonly<Record<string, Operation>>)[name] as Operation;
    return [name, checkedOperation(`backend.${group}.${name}`, run, lengths as Lengths, memory)];
  });
  return Object.fromEntries(checked) as object;
}

/** Called for every operation of a step: nothing is allocated for single buffers. */
function checkedOperation(
  symbol: string,
  run: Operation,
  lengths: Lengths,
  memory: MemoryBackend,
): Operation {
  const operands = Object.entries(lengths).map(([name, length]) => {
    const isOutput = typeof length !== "function";
    return { name, length: isOutput ? length.output : length, isOutput };
  });
  const check = (name: string, storage: Storage, expected: number, isOutput: boolean): void => {
    if (storage.length !== expected) refuse(symbol, name, storage.length, expected);
    if (isOutput) memory.overwritten?.(storage);
  };
  return (size, buffers, spec) => {
    for (let i = 0; i < operands.length; i++) {
      const { name, length, isOutput } = operands[i] as (typeof operands)[number];
      const given = buffers[name];
      if (given === undefined) continue;
      if (isList(given)) {
        given.forEach((storage, place) => {
          if (storage) check(`${name}[${place}]`, storage, length(size, buffers, spec, place), isOutput);
        });
      } else check(name, given, length(size, buffers, spec, 0), isOutput);
    }
    return run(size, buffers, spec);
  };
}

function isList(given: Storage | readonly Buffer[]): given is readonly Buffer[] {
  return Array.isArray(given);
}

function refuse(symbol: string, name: string, length: number, expected: number): never {
  throw new ShapeError(
    `${symbol}: expected ${expected} numbers in ${name}, as the sizes say, got ${length}. ` +
      "An operation was told a size that is not its tensor's; check the shapes of what it was given.",
  );
}

function checkedMemory(memory: MemoryBackend): MemoryBackend {
  return {
    allocate: (length, lifetime) => {
      requireLength(length);
      return memory.allocate(length, lifetime);
    },
    release: (storage) => memory.release(storage),
    view: (storage) => memory.view(storage),
    endStep: () => memory.endStep(),
    write: (storage, data, image) => {
      const symbol = "backend.memory.write";
      if (data.length !== storage.length) refuse(symbol, "data", data.length, storage.length);
      if (image && imageLength(image) !== storage.length)
        refuse(symbol, "storage", storage.length, imageLength(image));
      memory.overwritten?.(storage);
      memory.write(storage, data, image);
    },
    read: (storage, image) => {
      if (image && imageLength(image) !== storage.length)
        refuse("backend.memory.read", "storage", storage.length, imageLength(image));
      return memory.read(storage, image);
    },
    usage: () => memory.usage(),
    reclaim: () => memory.reclaim(),
  };
}

function requireLength(length: number): void {
  if (Number.isSafeInteger(length) && length >= 0) return;
  throw new ShapeError(
    `backend.memory.allocate: expected a whole number of values, got ${length}. Check the shape of the tensor.`,
  );
}
