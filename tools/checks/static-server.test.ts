import { spawnSync } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { serveExample } from "../lib/static-server.mjs";

/** The status that a path gets, sent as it is. */
function statusOf(url: string, path: string, method = "GET"): Promise<number | undefined> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    })
      .on("error", reject)
      .end();
  });
}

it("answers odd paths with 404 and lives on", async () => {
  const server = await serveExample({ port: 0, isolated: true });
  const odd = [
    ...["/", "//", "/../package.json", "/examples/browser/../../package.json", "/examples/browser/%2e%2e/x"],
    ...["/examples/browser/%", "/examples/browser/%00", "/examples/browser/%ff%fe", "http://[", "*"],
    ...["/examples/browser/index.html/", "/examples/browser/index.html/x", "/examples/browser/none"],
    ...[
      `/examples/browser/${"x".repeat(300)}`,
      `/examples/browser/${"x/".repeat(5000)}`,
      "/examples/browser",
    ],
  ];
  try {
    for (const path of odd) expect([path, await statusOf(server.url, path)]).toEqual([path, 404]);
    for (const [method, status] of [
      ["GET", 200],
      ["HEAD", 200],
      ["POST", 405],
      ["DELETE", 405],
    ] as const) {
      expect([method, await statusOf(server.url, "/examples/browser/", method)]).toEqual([method, status]);
    }
  } finally {
    await server.close();
  }
});

it("says in one line what is wrong with its port", async () => {
  const server = await serveExample({ port: 0, isolated: true });
  const program = join(import.meta.dirname, "../serve.mjs");
  try {
    for (const port of [new URL(server.url).port, "none", "65536", "-1", ""]) {
      const { status, stderr } = spawnSync(process.execPath, [program, `--port=${port}`], {
        encoding: "utf8",
      });
      expect(stderr).toMatch(/^error: --port: expected .*\n$/);
      expect(status).toBe(1);
    }
  } finally {
    await server.close();
  }
});
