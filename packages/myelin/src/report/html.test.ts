import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Html, html } from "./html.ts";

describe("html", () => {
  it("escapes texts and numbers, in elements and in attributes", () => {
    const text = `<b a="1" c='2'>&</b>`;
    expect(String(html`<p title="${text}">${text}${3}</p>`)).toBe(
      '<p title="&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;">&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;3</p>',
    );
  });

  it("keeps pieces of HTML, joins lists, leaves out what is undefined", () => {
    const parts = [html`<i>a</i>`, ["<", undefined], [html`<i>b</i>`]];
    expect(String(html`<p>${parts}</p>`)).toBe("<p><i>a</i>&lt;<i>b</i></p>");
  });

  it("shows characters that turn the direction of writing or that pages cannot hold", () => {
    expect(String(html`${"a\u202eb\u0000c\u2066\u001b\td"}`)).toBe("a\ufffdb\ufffdc\ufffd\ufffd\td");
  });

  it("takes nothing that merely looks like a piece of HTML", () => {
    const forged = { toString: () => "<script>" } as unknown as Html;
    expect(String(html`${forged}`)).not.toContain("<script>");
  });

  it("is the only way to markup: nobody else trusts any, but for the charts and the style", () => {
    const files = readdirSync(import.meta.dirname).filter((name) => /^(?!.*\.test).*\.ts$/.test(name));
    const trusting = files.filter((name) =>
      readFileSync(join(import.meta.dirname, name), "utf8").includes("Html.trusted("),
    );
    expect(trusting.sort()).toEqual(["chart.ts", "html.ts", "page.ts"]);
  });
});
