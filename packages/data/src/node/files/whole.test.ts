import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addFolder, makeFolder, replaceFile, replaceFileBy, writeInside } from "./index.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-files-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

describe("replaceFile", () => {
  it("makes a file and replaces it, from text, bytes or pieces", async () => {
    await replaceFile(at("file"), "one");
    expect(await readFile(at("file"), "utf8")).toBe("one");
    await replaceFile(at("file"), Uint8Array.of(1, 2));
    expect([...(await readFile(at("file")))]).toEqual([1, 2]);
    await replaceFile(at("file"), [Uint8Array.of(3), Uint8Array.of(4, 5)]);
    expect([...(await readFile(at("file")))]).toEqual([3, 4, 5]);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("keeps the old file when the new one fails on the way", async () => {
    await replaceFile(at("file"), "old");
    async function* pieces() {
      yield await Promise.resolve(Uint8Array.of(1));
      throw new Error("no more");
    }
    await expect(replaceFile(at("file"), pieces())).rejects.toThrow("no more");
    expect(await readFile(at("file"), "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("keeps permissions, and writes to where a link points", async () => {
    await writeFile(at("file"), "old");
    await chmod(at("file"), 0o640);
    await symlink("file", at("link"));
    await replaceFile(at("link"), "new");
    expect(await readFile(at("file"), "utf8")).toBe("new");
    expect((await stat(at("file"))).mode & 0o777).toBe(0o640);
  });

  it("refuses what is not a file", async () => {
    await expect(replaceFile(folder, "x")).rejects.toThrow("expected the name of a file, got a folder");
    await expect(replaceFile("/dev/null", "x")).rejects.toThrow("got a folder or a device");
    await expect(replaceFile(at("absent/file"), "x")).rejects.toThrow("a place where nothing can be made");
  });

  it("refuses a file that is shorter than what was given", async () => {
    const write = async (aside: string) => {
      await writeFile(aside, "four");
      return 5;
    };
    await expect(replaceFileBy(at("file"), write)).rejects.toThrow("expected 5 bytes on the disk, got 4");
    expect(await readdir(folder)).toEqual([]);
  });

  it("serves many writers of one file at once", async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(1000));
    await Promise.all(texts.map((text) => replaceFile(at("file"), text)));
    expect(texts).toContain(await readFile(at("file"), "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("clears away what processes that are gone have left, and nothing else", async () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const others = [`file.${process.pid}-9.part`, "file.part", "other.bin", `file.txt.${gone}-1.part`];
    for (const name of [`file.${gone}-1.part`, ...others]) await writeFile(at(name), "");
    await replaceFile(at("file"), "x");
    expect((await readdir(folder)).sort()).toEqual(["file", ...others].sort());
  });
});

describe("addFolder", () => {
  it("leaves nothing of a folder that cannot be written", async () => {
    const fill = async (aside: string) => {
      await writeInside(path.join(aside, "a"), "1");
      await writeInside(path.join(aside, "missing/b"), "2");
    };
    await expect(addFolder(at("set"), fill)).rejects.toThrow("expected to write");
    expect(await readdir(folder)).toEqual([]);
    await addFolder(at("set"), (aside) => writeInside(path.join(aside, "a"), "1"));
    expect(await readFile(at("set/a"), "utf8")).toBe("1");
  });

  it("refuses to replace a folder that holds something", async () => {
    await mkdir(at("set"));
    await writeFile(at("set/mine"), "");
    await expect(addFolder(at("set"), async () => {})).rejects.toThrow("a folder that is not empty");
    expect(await readdir(folder)).toEqual(["set"]);
  });
});

describe("makeFolder", () => {
  it("makes all levels, many callers at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(at("a/b/c"))));
    expect((await stat(at("a/b/c"))).isDirectory()).toBe(true);
  });

  it("refuses a folder below a file", async () => {
    await writeFile(at("file"), "");
    await expect(makeFolder(at("file/x"))).rejects.toThrow("a file where a folder should be");
  });
});

/** Mounts a file system of 20 kB, where this process may do that. */
function mountTiny(place: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=20k", "tmpfs", place]).status === 0;
}

describe("a full disk", () => {
  it("is an error, and the old file stays", async (context) => {
    const disk = at("disk");
    await mkdir(disk);
    if (!mountTiny(disk)) return context.skip("may not mount file systems here");
    try {
      const file = path.join(disk, "file");
      await replaceFile(file, "old");
      await expect(replaceFile(file, new Uint8Array(200_000))).rejects.toThrow("got a full disk");
      expect(await readFile(file, "utf8")).toBe("old");
      expect(await readdir(disk)).toEqual(["file"]);
      const fill = (aside: string) => writeInside(path.join(aside, "a"), new Uint8Array(200_000));
      await expect(addFolder(path.join(disk, "set"), fill)).rejects.toThrow("got a full disk");
      expect(await readdir(disk)).toEqual(["file"]);
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("so is a limit on the size of files", async (context) => {
    const limit = (bytes: string) =>
      spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]).status === 0;
    if (!limit("10240")) return context.skip("cannot limit the size of files here");
    try {
      await expect(replaceFile(at("file"), new Uint8Array(20_000))).rejects.toThrow("a file size limit");
      expect(await readdir(folder)).toEqual([]);
    } finally {
      limit("unlimited");
    }
  });
});
