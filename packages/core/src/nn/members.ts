/** Something that an object holds, directly or in containers. */
export interface Member<T> {
  /** Names of the property and of the places inside containers, joined by dots: `blocks.a`, `layers.0.1`. */
  readonly name: string;
  readonly value: T;
  /** Puts another value in its place; false where the container is frozen. */
  replace(value: T): boolean;
}

/** A place in an object or a container. */
interface Place {
  readonly name: string;
  readonly value: object;
  put(value: unknown): boolean;
}

/**
 * What `owner` holds in its own properties: directly, or at any depth in arrays, plain objects, Maps and Sets. Other
 * objects are not looked into, getters not called. Every container is entered once, so cycles end.
 *
 * @param isWanted which values are members
 */
export function membersOf<T extends object>(
  owner: object,
  isWanted: (value: object) => value is T,
): Member<T>[] {
  const entered = new Set<object>();
  const visit = (prefix: string, places: readonly Place[]): Member<T>[] =>
    places.flatMap((place) => {
      const { value } = place;
      const name = `${prefix}${place.name}`;
      if (isWanted(value)) return [{ name, value, replace: (next) => place.put(next) }];
      const inside = entered.has(value) ? undefined : placesIn(value);
      entered.add(value);
      return inside === undefined ? [] : visit(`${name}.`, inside);
    });
  return visit("", propertiesOf(owner));
}

/** The places of a container; undefined for other objects. */
function placesIn(value: object): Place[] | undefined {
  if (Array.isArray(value)) return itemsOf(value);
  if (value instanceof Map) return entriesOf(value);
  if (value instanceof Set) return elementsOf(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? propertiesOf(value) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function propertiesOf(owner: object): Place[] {
  return Object.keys(owner).flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    return isObject(value) ? [{ name, value, put: (next) => Reflect.set(owner, name, next) }] : [];
  });
}

function itemsOf(array: unknown[]): Place[] {
  const places: Place[] = [];
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (!isObject(value)) continue;
    places.push({ name: String(i), value, put: (next) => Reflect.set(array, i, next) });
  }
  return places;
}

/** Keys that are objects have no name; their places count instead. */
function entriesOf(map: Map<unknown, unknown>): Place[] {
  return [...map].flatMap(([key, value], i) => {
    const name = isObject(key) || typeof key === "symbol" ? String(i) : String(key);
    return isObject(value) ? [{ name, value, put: (next) => map.set(key, next) === map }] : [];
  });
}

/** A replaced element keeps its place in the order. */
function elementsOf(set: Set<unknown>): Place[] {
  return [...set].flatMap((value, i) => {
    const put = (next: unknown): boolean => {
      const elements = [...set].map((element) => (element === value ? next : element));
      set.clear();
      for (const element of elements) set.add(element);
      return true;
    };
    return isObject(value) ? [{ name: String(i), value, put }] : [];
  });
}
