import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on this machine that remembers what it was asked. */
export interface TestServer {
  readonly url: string;
  /** Path and range of every request, such as "/file" or "/file bytes=10-". */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.url, request.headers.range].filter(Boolean).join(" "));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers with `body`, or with the part of it that is asked for. */
export function sendWithRanges(body: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start >= body.length) {
    response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
    return;
  }
  const part = body.subarray(start);
  const headers = { "content-length": part.length };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      "content-range": `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  response.end(part);
}

/** Announces all of `body` from `start` on, sends `count` bytes and cuts the connection. */
export function sendAndCut(body: Uint8Array, start: number, count: number, response: ServerResponse): void {
  const headers = { "content-length": body.length - start };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      "content-range": `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  response.write(body.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
}
