import { open, stat, type FileHandle } from "node:fs/promises";
import { MyelinError } from "@myelin/core";
import { RefusedError } from "./errors.ts";

/** One attempt to get the rest of a file from one place. */
export interface ReceiveRequest {
  readonly url: string;
  /** The file that grows; what it holds already is not asked for again. */
  readonly partFile: string;
  readonly maxBytes: number;
  /** Longest wait for the answer and between two pieces of it. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (received: number, total: number | undefined) => void;
}

/** A server that sends less has given up on us, or wants us to wait for ever. */
const LEAST_BYTES_PER_SECOND = 1024;
/** Over how many times the longest wait the speed is measured. */
const PATIENCE = 2;

/** Statuses after which the same request may succeed a little later. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Appends what is missing of a file to `partFile`, by an HTTP range request if something is there already. A server
 * that does not know ranges sends everything, and the file starts anew.
 *
 * @returns how many bytes of `partFile` were kept from before
 * @throws RefusedError if asking again makes no sense, other errors if it does; what did arrive stays in `partFile`
 */
export async function receive(request: ReceiveRequest): Promise<number> {
  const held = await sizeOf(request.partFile);
  const start = held <= request.maxBytes ? held : 0;
  const watch = watchSpeed(request.timeoutMs);
  const signals = request.signal ? [watch.signal, request.signal] : [watch.signal];
  try {
    const response = await fetch(request.url, {
      headers: { "accept-encoding": "identity", ...(start > 0 && { range: `bytes=${start}-` }) },
      signal: AbortSignal.any(signals),
    });
    if (response.status === 416 && start > 0) {
      // Nothing comes after `start`: the file is whole or wrong, which its checksum will tell.
      await response.body?.cancel();
      return start;
    }
    return await save(response, start, request, watch);
  } finally {
    watch.stop();
  }
}

async function save(
  response: Response,
  start: number,
  request: ReceiveRequest,
  watch: Watch,
): Promise<number> {
  const body = await acceptedBody(response, start);
  const kept = response.status === 206 ? start : 0;
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : kept + Number(length);
  const file = await open(request.partFile, kept > 0 ? "a" : "w");
  try {
    await appendBody(body, file, kept, (received, bytes) => {
      watch.arrived(bytes);
      if (received > request.maxBytes) {
        throw new RefusedError(`more than the ${request.maxBytes} bytes that the file may have`);
      }
      request.onBytes(received, total);
    });
    await file.sync();
  } finally {
    await file.close();
  }
  return kept;
}

/** The body of an answer that can be used: all of the file, or what comes after `start`. */
async function acceptedBody(response: Response, start: number): Promise<AsyncIterable<Uint8Array>> {
  const range = response.headers.get("content-range");
  const wrongRange = response.status === 206 && !range?.startsWith(`bytes ${start}-`);
  if (response.ok && response.body && !wrongRange) return response.body;
  await response.body?.cancel();
  if (wrongRange) throw new RefusedError(`asked for bytes ${start}-, got content-range ${range}`);
  const message = `HTTP ${response.status} ${response.statusText}`.trimEnd();
  throw PASSING_STATUSES.has(response.status) ? new MyelinError(message) : new RefusedError(message);
}

async function appendBody(
  body: AsyncIterable<Uint8Array>,
  file: FileHandle,
  offset: number,
  onReceived: (received: number, bytes: number) => void,
): Promise<void> {
  let received = offset;
  for await (const chunk of body) {
    received += chunk.length;
    onReceived(received, chunk.length);
    await file.writeFile(chunk);
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

interface Watch {
  /** Aborts when nothing came for a while, or too little. */
  readonly signal: AbortSignal;
  /** To be told of every piece. */
  arrived(bytes: number): void;
  stop(): void;
}

/** Aborts once nothing has arrived for `timeoutMs`, or less than the least speed over {@link PATIENCE} times as long. */
function watchSpeed(timeoutMs: number): Watch {
  const controller = new AbortController();
  const idle = () => controller.abort(new MyelinError(`no data for ${timeoutMs / 1000} s`));
  let timer = setTimeout(idle, timeoutMs);
  const windowMs = PATIENCE * timeoutMs;
  let inWindow = 0;
  const speed = setInterval(() => {
    if (inWindow < (LEAST_BYTES_PER_SECOND * windowMs) / 1000) {
      controller.abort(new MyelinError(`no more than ${inWindow} bytes in ${windowMs / 1000} s`));
    }
    inWindow = 0;
  }, windowMs);
  return {
    signal: controller.signal,
    arrived(bytes) {
      inWindow += bytes;
      clearTimeout(timer);
      timer = setTimeout(idle, timeoutMs);
    },
    stop() {
      clearTimeout(timer);
      clearInterval(speed);
    },
  };
}
