/** Reports as people see them: in a browser, on a telephone and on a screen, light and dark, with hostile records too. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../../../tools/lib/chromium.mjs";
import { formatRecipe } from "../src/recipe/index.ts";
import { renderReport, renderStudy } from "../src/report/index.ts";
import { STUDIES } from "../src/reproduce/studies/index.ts";
import { planTrials, type Study } from "../src/reproduce/study.ts";
import { RunFolder } from "../src/run/folder.ts";
import type { RunRecord } from "../src/records/index.ts";
import { faultsOf } from "./page-faults.ts";
import { metricsOf, RESULT, RUNS } from "./report-records.ts";

const executablePath = findChromium();
const folder = mkdtempSync(join(tmpdir(), "myelin-pages-"));
afterAll(() => rmSync(folder, { recursive: true }));

let browser: Browser;
beforeAll(async () => {
  if (executablePath) browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
});
afterAll(() => browser?.close());

/** What a page did besides showing itself. */
interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly said: string[];
}

let pages = 0;

async function open(html: string, width: number, colorScheme: "light" | "dark"): Promise<Opened> {
  const file = join(folder, `page-${++pages}.html`);
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const [requests, said]: [string[], string[]] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", ({ message }) => said.push(message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  return { page, requests: requests.filter((url) => url !== page.url()), said };
}

/** A study of which every training has ended. */
function studyPage(study: Study): string {
  const runs = planTrials(study, { seeds: 3 }).map((trial, place) => ({
    ...{ trial, folder: `${trial.task}-${place}`, metrics: metricsOf() },
    result: { ...RESULT, testAccuracy: 0.8 + (place % 7) / 100 },
  }));
  return renderStudy({ study, planned: runs.length, runs });
}

const PAGES: [string, () => string][] = [
  ...Object.entries<RunRecord>(RUNS).map(([kind, run]): [string, () => string] => [
    kind,
    () => renderReport(run),
  ]),
  ...Object.entries<Study>(STUDIES).map(([name, study]): [string, () => string] => [
    `study ${name}`,
    () => studyPage(study),
  ]),
];

describe.skipIf(!executablePath)("in a browser", () => {
  it.each(PAGES)("%s fits telephones and screens, and is legible in light and dark", async (_, draw) => {
    const html = draw();
    for (const width of [390, 1280]) {
      for (const scheme of ["light", "dark"] as const) {
        const { page, requests, said } = await open(html, width, scheme);
        expect(await page.evaluate(faultsOf)).toEqual([]);
        expect([requests, said]).toEqual([[], []]);
        await page.close();
      }
    }
  });

  it("shows one sample at a time, chosen by mouse or keys", async () => {
    const { page } = await open(renderReport(RUNS.plain), 390, "dark");
    const shown = (): Promise<string[]> =>
      page.$$eval(".panel", (panels) =>
        panels
          .filter((panel) => (panel as HTMLElement).offsetHeight > 0)
          .map((panel) => (panel.querySelector("p")?.textContent ?? "").trim()),
      );
    expect(await shown()).toEqual([
      "Test sample 0 (counted from 0) of class zero, correctly classified as zero.",
    ]);
    await page.click("label[for=sample-2]");
    expect(await shown()).toEqual([
      "Test sample 4 (counted from 0) of class four, wrongly classified as nine.",
    ]);
    expect(await page.evaluate(faultsOf)).toEqual([]);
    await page.keyboard.press("ArrowRight");
    expect(await shown()).toEqual([
      "Test sample 9 (counted from 0) of class nine, correctly classified as nine.",
    ]);
    await page.close();
  });
});

const ATTACKS = {
  "elements, where texts are cut short": `<img src=x>`,
  attributes: `" style="background:url(//127.0.0.1:9/x)" onmouseover="window.taken=1" x='{{7*7}}\${7*7}\u202e`,
  "elements in HTML and SVG":
    `"><script>window.taken=1</script><img src=x onerror=window.taken=1>` +
    `'--></title></style></text></svg><svg onload=window.taken=1><a href="javascript:window.taken=1">x</a>` +
    `]]></text><foreignObject><iframe src="http://127.0.0.1:9/x"></iframe></foreignObject>` +
    `<base href=//127.0.0.1:9/><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">`,
};

/** The same record with an attack in place of every text, and of every name of a layer. */
function hostile<T>(value: T, attack: string): T {
  const change = (part: unknown): unknown => {
    if (typeof part === "string") return attack;
    if (Array.isArray(part)) return part.map(change);
    if (typeof part !== "object" || part === null) return part;
    const name = (key: string): string => (/^(?:neuron|fc)\d$/.test(key) ? `${attack}${key}` : key);
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [name(key), change(inner)]));
  };
  return change(value) as T;
}

/** The run as its folder gives it back, with hostile texts in every file of records. */
async function hostileRun(run: RunRecord, attack: string): Promise<RunRecord> {
  const place = join(folder, `run-${++pages}`);
  mkdirSync(place);
  const write = (name: string, record: unknown): void =>
    writeFileSync(join(place, name), JSON.stringify(record));
  writeFileSync(join(place, "config.yaml"), formatRecipe(run.recipe));
  const lines = run.metrics.map((line) => JSON.stringify({ ...hostile(line, attack), kind: line.kind }));
  writeFileSync(join(place, "metrics.jsonl"), lines.join("\n"));
  write("result.json", { ...hostile(run.result, attack), testPart: run.result?.testPart });
  write("sample.json", hostile(run.samples, attack));
  write("confusion.json", hostile(run.confusion, attack));
  if (run.pictures) write("pictures.json", hostile(run.pictures, attack));
  return new RunFolder(place).record();
}

describe.skipIf(!executablePath)("hostile records", () => {
  it.each(Object.entries(ATTACKS))("run nothing and load nothing: %s", async (_, attack) => {
    for (const run of [RUNS.delays, RUNS.attention, RUNS.sparse] as RunRecord[]) {
      const record = await hostileRun(run, attack);
      const html = renderReport({ ...record, recipe: { ...record.recipe, name: attack } });
      await expectHarmless(html);
    }
    const { metrics } = RUNS.plain;
    const study = { ...STUDIES.asa, title: attack, claim: attack, budget: attack, name: attack };
    const variants = study.variants.map(({ id }) => ({ id, label: attack }));
    const trial = { ...planTrials(STUDIES.asa, { seeds: 1 })[0]!, task: attack };
    const runs = [{ trial, folder: attack, metrics, result: hostile(RESULT, attack) }];
    await expectHarmless(renderStudy({ study: { ...study, variants }, planned: 2, runs }));
  });
});

async function expectHarmless(html: string): Promise<void> {
  const { page, requests, said } = await open(html, 390, "light");
  await page.mouse.move(100, 300);
  const found = await page.evaluate(() => ({
    taken: "taken" in window,
    elements: [...document.querySelectorAll("script,img,iframe,foreignObject,base,object,embed,link")].length,
    handlers: [...document.querySelectorAll("*")].flatMap((element) =>
      element.getAttributeNames().filter((name) => name.startsWith("on")),
    ),
    links: [...document.querySelectorAll("a")]
      .map(({ protocol }) => protocol)
      .filter((name) => name !== "file:"),
    refresh: document.querySelectorAll("meta[http-equiv=refresh]").length,
    wide: document.documentElement.scrollWidth > innerWidth,
  }));
  expect(found).toEqual({ taken: false, elements: 0, handlers: [], links: [], refresh: 0, wide: false });
  expect([requests, said]).toEqual([[], []]);
  await page.close();
}
