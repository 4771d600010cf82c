/** The program of a process that trains one job after another. It ends with the process that started it. */
import type { FromChild, ToChild } from "./messages.ts";
import { runJob } from "./run-job.ts";

const stopping = new AbortController();

// A terminal sends these to all its processes: the sweep decides what they mean.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
// Nobody is left to tell: what was trained is saved all the same.
process.on("disconnect", () => stopping.abort());
process.on("message", (message: ToChild) => {
  if (message.kind === "stop") stopping.abort();
  else void train(message);
});

async function train({ job }: Extract<ToChild, { readonly kind: "run" }>): Promise<void> {
  const following = {
    progress: (run: string, progress: Extract<FromChild, { kind: "progress" }>["progress"]) =>
      tell({ kind: "progress", run, progress }),
    note: (text: string) => tell({ kind: "note", text }),
  };
  tell({ kind: "outcome", outcome: await runJob(job, following, stopping.signal) });
}

function tell(message: FromChild): void {
  // The sweep may be gone in the moment in which this is said.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
