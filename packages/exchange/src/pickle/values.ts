/** What a pickle may hold here. Lists are arrays, dictionaries are Maps. */
export type PickleValue =
  null | boolean | number | bigint | string | Uint8Array | Tuple | Global | Made | PickleValue[] | PickleDict;

/** A dictionary, `OrderedDict` included. */
export type PickleDict = Map<string | number | bigint | boolean | null | Tuple, PickleValue>;

/** A tuple. */
export class Tuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A class or a function that a pickle names. It is never looked up or called. */
export class Global {
  /** Module and name, such as "collections.OrderedDict". */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the reader's owner makes of a global that is called, such as a tensor. */
export abstract class Made {
  /** Tells its types from all others. */
  readonly isMade = true;
}
