/**
 * What every backend must pass: each operation gives what the reference gives, and the number of threads changes no
 * bit. Nothing here needs Node, so that browsers run the same suite.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/engine/backend/index.ts";
import { checkedBackend } from "../../src/engine/contract.ts";
import { createReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { type Case, disagreement, type Results, resultsOf } from "./bench.ts";
import { FAMILIES } from "./families.ts";
import { memoryTests } from "./memory.ts";

/** A kind of backend and how to start one. */
export type MakeBackend = () => Backend | Promise<Backend>;

/**
 * Declares the tests that hold a backend against the reference.
 * @param families the names of those to run, if not all
 */
export function runBackendSuite(name: string, makeBackend: MakeBackend, families?: readonly string[]): void {
  describe(`${name} against the reference`, () => {
    const backend = startedBackend(makeBackend);
    if (families === undefined) describe("memory", () => memoryTests(backend));
    forEachFamily(async (one) => {
      return disagreement(await expectedOf(one), await resultsOf(one, backend()), one.tolerance);
    }, families);
  });
}

/** Declares the tests that two backends give the same bits in every case. */
export function runSameBitsSuite(name: string, makeOne: MakeBackend, makeOther: MakeBackend): void {
  describe(`${name} give the same bits`, () => {
    const one = startedBackend(makeOne);
    const other = startedBackend(makeOther);
    forEachFamily(async (each) =>
      disagreement(await resultsOf(each, one()), await resultsOf(each, other()), 0),
    );
  });
}

const expectedResults = new WeakMap<Case, Promise<Results>>();

/** What the reference gives; computed once for all suites of a file, as the reference is slow. */
function expectedOf(one: Case): Promise<Results> {
  const known = expectedResults.get(one) ?? resultsOf(one, checkedBackend(createReferenceBackend()));
  expectedResults.set(one, known);
  return known;
}

/** One test a family, which runs all its cases and lists those that fail. */
function forEachFamily(
  failureOf: (one: Case) => Promise<string | undefined>,
  names: readonly string[] = Object.keys(FAMILIES),
): void {
  const families = names.map((name) => [name, FAMILIES[name]!] as const);
  test.each(families)("%s", { timeout: 120_000 }, async (_, cases) => {
    const failures: string[] = [];
    for (const one of cases) {
      const failure = await failureOf(one).catch((error: unknown) => String(error));
      if (failure) failures.push(`${one.name}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });
}

function startedBackend(makeBackend: MakeBackend): () => Backend {
  let backend: Backend | undefined;
  beforeAll(async () => {
    backend = checkedBackend(await makeBackend());
  });
  afterAll(() => backend?.dispose());
  return () => backend!;
}
