import { request } from "node:http";
import { expect, it } from "vitest";
import { serveExample } from "../lib/static-server.mjs";

/** The status that a path gets, sent as it is. */
function statusOf(url: string, path: string): Promise<number | undefined> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path }, (answer) => {
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
    expect(await statusOf(server.url, "/examples/browser/")).toBe(200);
  } finally {
    await server.close();
  }
});
