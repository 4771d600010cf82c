import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendAndCut, sendWithRanges, startServer, type TestServer } from "../../../test/http-server.ts";
import type { Download } from "../dataset-spec.ts";
import { downloadFile, type DownloadOptions } from "./download-file.ts";

const body = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 131 + (i >> 8)) & 255);
const options: DownloadOptions = { timeoutMs: 300, attempts: 3, pauseMs: 1 };

let folder: string;
let servers: TestServer[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-download-"));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

function download(urls: string[], maxBytes = body.length): Download {
  const hex = createHash("sha256").update(body).digest("hex");
  return { file: "data.bin", provides: ["data.bin"], urls, maxBytes, checksum: { algorithm: "sha256", hex } };
}

async function expectWhole(): Promise<void> {
  expect(await readdir(folder)).toEqual(["data.bin"]);
  expect(Buffer.compare(await readFile(path.join(folder, "data.bin")), body)).toBe(0);
}

async function failure(attempt: Promise<void>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MyelinError);
  return (error as MyelinError).message;
}

test("downloads a file and reports its progress", async () => {
  const server = await serve((request, response) => sendWithRanges(body, request, response));
  const progress: (number | undefined)[][] = [];
  await downloadFile(folder, download([`${server.url}/f`]), {
    ...options,
    onProgress: ({ received, total }) => progress.push([received, total]),
  });
  await expectWhole();
  expect(progress.at(-1)).toEqual([body.length, body.length]);
  expect(server.requests).toEqual(["/f"]);
});

test("continues after the connection was cut", async () => {
  const server = await serve((request, response) => {
    if (request.headers.range) sendWithRanges(body, request, response);
    else sendAndCut(body, 0, 70_000, response);
  });
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
  expect(server.requests).toHaveLength(2);
  expect(server.requests[1]).toMatch(/^\/f bytes=[1-9]\d*-$/);
});

test("continues what an earlier call left", async () => {
  const server = await serve((request, response) => sendWithRanges(body, request, response));
  await writeFile(path.join(folder, "data.bin.part"), body.subarray(0, 150_000));
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
  expect(server.requests).toEqual(["/f bytes=150000-"]);
});

test("takes a part that is whole already", async () => {
  const server = await serve((request, response) => sendWithRanges(body, request, response));
  await writeFile(path.join(folder, "data.bin.part"), body);
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
  expect(server.requests).toEqual([`/f bytes=${body.length}-`]);
});

test("starts anew if the server does not know ranges", async () => {
  const server = await serve((_, response) => response.writeHead(200).end(body));
  await writeFile(path.join(folder, "data.bin.part"), body.subarray(0, 1000));
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
});

test.each([
  ["wrong contents", new Uint8Array(1000)],
  ["more than the file may have", new Uint8Array(body.length + 1)],
])("gets over a part with %s", async (_, part) => {
  const server = await serve((request, response) => sendWithRanges(body, request, response));
  await writeFile(path.join(folder, "data.bin.part"), part);
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
});

test("keeps a right file that is there already, without asking anyone", async () => {
  await writeFile(path.join(folder, "data.bin"), body);
  await downloadFile(folder, download([]), options);
  await expectWhole();
});

test("goes on to the next place after 404, a wrong checksum, too much data and a wrong range", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/absent") response.writeHead(404).end("no such file");
    else if (request.url === "/other") response.end(body.subarray(0, -1));
    else if (request.url === "/endless") response.end(new Uint8Array(body.length + 10));
    else if (request.url === "/range")
      response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("56789");
    else sendWithRanges(body, request, response);
  });
  const places = ["absent", "other", "endless", "range", "right"].map((place) => `${server.url}/${place}`);
  await downloadFile(folder, download(places), options);
  await expectWhole();
  const asked = new Set(server.requests.map((request) => request.split(" ")[0]));
  expect([...asked]).toEqual(["/absent", "/other", "/endless", "/range", "/right"]);
});

test("tries again after a passing failure", async () => {
  let failures = 2;
  const server = await serve((request, response) => {
    if (failures-- > 0) response.writeHead(503).end();
    else sendWithRanges(body, request, response);
  });
  await downloadFile(folder, download([`${server.url}/f`]), options);
  await expectWhole();
});

test("names each place and its failure when none delivers, and leaves no file behind", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/absent") response.writeHead(404, "Not Found").end();
    else if (request.url === "/other") response.end("other contents");
    else if (request.url === "/busy") response.writeHead(503).end();
    else if (request.url === "/silent") request.resume();
    else response.writeHead(200).write("x".repeat(100)); // then nothing more
  });
  const closed = await startServer(() => undefined);
  await closed.close();
  const places = ["absent", "other", "busy", "silent", "stuck"].map((place) => `${server.url}/${place}`);
  const attempt = downloadFile(folder, download([...places, `${closed.url}/f`]), { ...options, attempts: 2 });
  const message = await failure(attempt);
  expect(message).toMatch(/^getDataset: expected data.bin from one of 6 places, got none: http/);
  expect(message).toContain(`${server.url}/absent (HTTP 404 Not Found); `);
  expect(message).toMatch(/other \(wrong sha256 [0-9a-f]{64}, expected [0-9a-f]{64}\); /);
  expect(message).toContain(`${server.url}/busy (HTTP 503 Service Unavailable); `);
  expect(message).toContain(`${server.url}/silent (no data for 0.3 s); `);
  expect(message).toContain(`${server.url}/stuck (no data for 0.3 s); `);
  expect(message).toMatch(/f \(.*ECONNREFUSED.*\)\. /);
  expect(message).toMatch(/Check the network/);
  expect(await readdir(folder)).toEqual(["data.bin.part"]);
});

test("stops when told to and keeps what arrived", async () => {
  const stop = new AbortController();
  const server = await serve((request, response) => {
    response.writeHead(200, { "content-length": body.length }).write(body.subarray(0, 50_000));
    request.resume();
  });
  const attempt = downloadFile(folder, download([`${server.url}/f`]), {
    ...options,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("stopped by the user")),
  });
  await expect(attempt).rejects.toThrow("stopped by the user");
  expect(await readdir(folder)).toEqual(["data.bin.part"]);
  expect(server.requests).toHaveLength(1);
});

test("does not wait for ever for a server that drips", async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { "content-length": body.length });
    const drip = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(drip));
  });
  const attempt = downloadFile(folder, download([server.url]), { ...options, attempts: 1 });
  expect(await failure(attempt)).toMatch(/\(no more than \d+ bytes in 0.6 s\)/);
});
