/** What a sweep and its processes say to each other. */
import type { Job, JobProgress, Outcome } from "./job.ts";

/** To a process: train this, or save and end. */
export type ToChild = { readonly kind: "run"; readonly job: Job } | { readonly kind: "stop" };

/** From a process, about the job that it trains. */
export type FromChild =
  | { readonly kind: "progress"; readonly run: string; readonly progress: JobProgress }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "outcome"; readonly outcome: Outcome };
