/** The thread that speaks MPI: one for a process, so that messages travel while the main thread computes. */
import { parentPort, workerData } from "node:worker_threads";
import { Group, MpiFault } from "./group.ts";
import { findLauncher } from "./launcher.ts";
import { type Library, loadLibrary, versionOf } from "./library.ts";
import type { Answer, Greeting, Members, Request, WorkerData } from "./messages.ts";

/** Calls of MPI come from this thread alone. */
const THREAD_FUNNELED = 1;

const { library: named, environment, control } = workerData as WorkerData;

function begin(): { readonly library: Library; readonly group: Group } {
  const library = loadLibrary(named, findLauncher(environment));
  const provided = [0];
  const code = library.calls.MPI_Init_thread(null, null, THREAD_FUNNELED, provided);
  if (code !== 0) throw new MpiFault(`MPI_Init_thread of ${library.path} fails with code ${code}`);
  return { library, group: new Group(library, control) };
}

function membersOf({ rank, size, generation }: Group): Members {
  return { rank, size, generation };
}

async function answerTo(request: Request, group: Group): Promise<unknown> {
  if (request.generation !== group.generation) throw new MpiFault("a process was lost");
  switch (request.name) {
    case "sum":
      return group.sum(request.values, request.plan);
    case "gather":
      return group.gather(request.bytes);
    case "broadcast":
      return group.broadcast(request.bytes, request.root);
    case "close":
      return undefined;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function serve(request: Request, library: Library, group: Group): Promise<void> {
  const { id } = request;
  const begin = now();
  let answer: Answer;
  try {
    const result = await answerTo(request, group);
    answer = { id, result, times: [begin, now()] };
  } catch (error) {
    const isCurrent = request.generation === group.generation;
    if (isCurrent && group.isTolerant) group.shrink();
    const left = group.generation > request.generation ? { left: membersOf(group) } : {};
    const message = error instanceof Error ? error.message : String(error);
    answer = { id, error: message, times: [begin, now()], ...left };
  }
  if (request.name === "close") library.calls.MPI_Finalize();
  parentPort?.postMessage(answer);
  if (request.name === "close") parentPort?.close();
}

try {
  const { library, group } = begin();
  let last = Promise.resolve();
  parentPort?.on("message", (request: Request | "look") => {
    const code = Atomics.load(control, 0);
    if (code !== 0) group.abort(code);
    if (request !== "look") last = last.then(() => serve(request, library, group));
  });
  parentPort?.postMessage({ ...membersOf(group), library: versionOf(library) } satisfies Greeting);
} catch (error) {
  parentPort?.postMessage({
    error: error instanceof Error ? error.message : String(error),
  } satisfies Greeting);
  parentPort?.close();
}
