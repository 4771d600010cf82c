/** A queue of trainings on a NATS server. */
export { NatsPlace, type NatsOptions } from "./place.ts";
export { runWorker, type WorkerOptions } from "./worker.ts";
