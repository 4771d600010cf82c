/** What a promise was rejected with, for comparisons. */
export async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    (reason: unknown) => (reason as Error).message,
  );
}
