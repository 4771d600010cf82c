/** Which keys a form of recipes has, and where. */
import { nearestName } from "@myelin/core/checks";
import { z } from "zod";
import { pathText, type Path, valueAt } from "./path.ts";
import { recipeSchema } from "./schema.ts";

/** The few parts of a JSON schema that are needed to find which keys exist where. */
interface SchemaNode {
  readonly properties?: Record<string, SchemaNode>;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly type?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly $defs?: Record<string, SchemaNode>;
}

/** Where something has to be chosen: `false` would leave the choice to a default. */
const NEVER_FALSE = new Set(["loss", "frames"]);

/** Keys whose values decide which other keys there are, the one that decides first. */
const DECIDING = ["type", "splitBy", "name"];

/** How deep keys are looked for. */
const DEPTH = 4;

const known = new WeakMap<z.ZodType, RecipeKeys>();

/** The keys of a form of recipes, or of another file of keys and values. */
export function keysOf(schema: z.ZodType): RecipeKeys {
  const keys = known.get(schema) ?? new RecipeKeys(schema);
  known.set(schema, keys);
  return keys;
}

/** Those of recipes without plugins. */
export const recipeKeys = (): RecipeKeys => keysOf(recipeSchema);

/** The path of a key of recipes with that name, or one that is spelt nearly so. */
export function findKey(name: string): string | undefined {
  return recipeKeys().findKey(name);
}

/** Looks up keys in a form of recipes. */
export class RecipeKeys {
  readonly #root: SchemaNode;

  constructor(schema: z.ZodType) {
    this.#root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as SchemaNode;
  }

  /** Takes out sections that are `false`, which means that they are absent; `recipe` is changed. */
  dropFalseSections(recipe: Record<string, unknown>): void {
    const visit = (section: object, path: Path): void => {
      for (const [key, value] of Object.entries(section)) {
        const name = Array.isArray(section) ? Number(key) : key;
        if (value === false && this.#isOptionalSection(path, name, recipe))
          delete (section as Record<string, unknown>)[key];
        else if (typeof value === "object" && value !== null) visit(value as object, [...path, name]);
      }
    };
    visit(recipe, []);
  }

  /** Whether a key that may be left out takes a section or a list, and no `false` of its own. */
  #isOptionalSection(path: Path, key: string | number, recipe: unknown): boolean {
    if (typeof key === "number" || NEVER_FALSE.has(key)) return false;
    const parents = this.nodesAt(path, recipe).filter((node) => Object.hasOwn(node.properties ?? {}, key));
    if (parents.length === 0 || parents.some(({ required = [] }) => required.includes(key))) return false;
    const nodes = parents.flatMap((node) => this.#alternatives(node.properties?.[key] ?? {}));
    const takesFalse = nodes.some((node) => node.type === "boolean" || node.const === false);
    return !takesFalse && nodes.some((node) => node.properties !== undefined || node.items !== undefined);
  }

  /** The path of a key with that name, or one that is spelt nearly so: for options that were meant for a recipe. */
  findKey(name: string): string | undefined {
    const words = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const [place] = [
      ...this.placesOf(words),
      ...this.placesOf(nearestName(words, this.keysAt([], undefined)) ?? ""),
    ];
    return place && pathText(place);
  }

  /** The sections that know a key at `path`, such as `type KLIF`, whatever the recipe chose. */
  sectionsWith(path: Path, key: string): string[] {
    const owners = this.nodesAt(path, undefined).filter((node) => Object.hasOwn(node.properties ?? {}, key));
    return [...new Set(owners.flatMap((node) => sectionName(node) ?? []))];
  }

  /** The keys that the schema knows at `path`, given what the recipe chose on the way. */
  keysAt(path: Path, recipe: unknown): string[] {
    return [...new Set(this.nodesAt(path, recipe).flatMap((node) => Object.keys(node.properties ?? {})))];
  }

  /** The schemas that may stand at `path`. */
  nodesAt(path: Path, recipe: unknown): SchemaNode[] {
    let nodes = this.#alternatives(this.#root);
    for (let depth = 0; ; depth++) {
      const here = valueAt(recipe, path.slice(0, depth));
      const chosen = nodes.filter((node) => fits(node, here));
      if (chosen.length > 0) nodes = chosen;
      const key = path[depth];
      if (key === undefined) return nodes;
      nodes = nodes.flatMap((node) => (typeof key === "number" ? node.items : node.properties?.[key]) ?? []);
      nodes = nodes.flatMap((node) => this.#alternatives(node));
    }
  }

  #alternatives(node: SchemaNode): SchemaNode[] {
    if (node.$ref !== undefined) {
      const target = this.#root.$defs?.[node.$ref.replace("#/$defs/", "")];
      return target === undefined ? [] : this.#alternatives(target);
    }
    const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    return choices.length === 0 ? [node] : choices.flatMap((choice) => this.#alternatives(choice));
  }

  /** Where a key of that name exists, nearest to the top first: for a key written in the wrong section. */
  placesOf(key: string): Path[] {
    const places: Path[] = [];
    let level: [Path, SchemaNode][] = [[[], this.#root]];
    for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
      const children = level.flatMap(([path, node]) =>
        this.#alternatives(node).flatMap(({ properties = {} }) =>
          Object.entries(properties).map(([name, child]): [Path, SchemaNode] => [[...path, name], child]),
        ),
      );
      places.push(...children.map(([path]) => path).filter((path) => path.at(-1) === key));
      level = children;
    }
    return places;
  }

  /** The key by whose value sections at `path` are told apart, if one of them has that value. */
  decidingKey(path: Path, value: string): string | undefined {
    const nodes = this.nodesAt(path, undefined);
    return DECIDING.find((name) => nodes.some((node) => choices(node, name).includes(value)));
  }

  /** What a recipe chose in its section `path`: the value of the key that decides. */
  choiceAt(path: Path, recipe: unknown): string {
    return String(DECIDING.map((name) => valueAt(recipe, [...path, name])).find(Boolean));
  }
}

function sectionName(node: SchemaNode): string | undefined {
  const deciding = DECIDING.find((key) => choices(node, key).length > 0);
  return deciding === undefined ? undefined : `${deciding} ${choices(node, deciding).join(", ")}`;
}

/** The values that a key may have, if they are given one by one. */
function choices({ properties }: SchemaNode, key: string): readonly unknown[] {
  const property = properties?.[key];
  return property?.const === undefined ? (property?.enum ?? []) : [property.const];
}

function fits(node: SchemaNode, value: unknown): boolean {
  const deciding = DECIDING.find((key) => choices(node, key).length > 0);
  return deciding !== undefined && choices(node, deciding).includes(valueAt(value, [deciding]));
}
