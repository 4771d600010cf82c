/** Processes of this machine, which stay for the next job: starting one takes as long as a short training. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Following, Job, Outcome, Place } from "./job.ts";
import type { FromChild, ToChild } from "./messages.ts";

/** A job that ends so many processes is at fault itself. */
const MOST_CRASHES = 3;
const LAST_WORDS_MS = 50;
const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

/** Trains in processes of this machine, one job in each. */
export class LocalPlace implements Place {
  readonly capacity: number;
  readonly #following: Following;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  #stopped = false;

  /** @param capacity how many processes */
  constructor(capacity: number, following: Following) {
    this.capacity = capacity;
    this.#following = following;
  }

  async run(job: Job): Promise<Outcome> {
    for (let crashes = 1; ; crashes++) {
      if (this.#stopped) return { state: "interrupted" };
      const worker = this.#idle.pop() ?? this.#start();
      const ended = await worker.run(job);
      if (!("crash" in ended)) {
        this.#idle.push(worker);
        return ended;
      }
      this.#all.delete(worker);
      if (this.#stopped) return { state: "interrupted" };
      if (crashes >= MOST_CRASHES)
        return { state: "failed", message: ended.crash, worker: `process ${worker.pid}` };
      this.#following.note(`${ended.crash} Its run goes on in another one.`);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const worker of this.#all) worker.send({ kind: "stop" });
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((worker) => worker.end()));
  }

  #start(): Worker {
    const worker = new Worker(this.#following);
    this.#all.add(worker);
    return worker;
  }
}

/** A process with at most one job. */
class Worker {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #settle: ((ended: Outcome | { readonly crash: string }) => void) | undefined;
  #said = "";

  constructor(following: Following) {
    this.#child = fork(CHILD, [], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr?.on(
      "data",
      (text: Buffer) => (this.#said = (this.#said + text.toString()).slice(-2000)),
    );
    this.#child.on("message", (message: FromChild) => {
      if (message.kind === "progress") following.progress(message.run, message.progress);
      else if (message.kind === "note") following.note(message.text);
      else this.#end(message.outcome);
    });
    this.#child.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      // "close" does not come after a disconnect.
      this.#child.on("exit", (code, signal) => {
        // What it said last is still on its way.
        setTimeout(() => this.#end({ crash: this.#lastWords(code, signal) }), LAST_WORDS_MS);
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Trains; a process that dies is an outcome too. */
  run(job: Job): Promise<Outcome | { readonly crash: string }> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.send({ kind: "run", job });
    });
  }

  send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => {});
    else this.#end({ crash: this.#lastWords(this.#child.exitCode, this.#child.signalCode) });
  }

  /** Lets the process go and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#closed;
  }

  #end(ended: Outcome | { readonly crash: string }): void {
    this.#settle?.(ended);
    this.#settle = undefined;
  }

  #lastWords(code: number | null, signal: string | null): string {
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const lines = this.#said.trim().split("\n");
    const reason = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? "";
    const words = reason === "" ? "" : ` It said: ${reason.slice(0, 200)}`;
    return `expected a training process that stays, got one that ended ${how}.${words}`;
  }
}
