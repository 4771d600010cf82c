// Looks for links in the built site that lead nowhere, headings and files included: VitePress looks at pages alone.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * @typedef {object} Page
 * @property {string} path below the folder
 * @property {Set<string>} anchors
 * @property {string[]} links to other pages and files of the site
 */

/**
 * The links of a built site that lead nowhere.
 *
 * @param {string} folder of the site
 * @returns {{ pages: number, dead: string[] }} how many pages there are, and `PAGE: TARGET` for each dead link
 */
export function deadLinks(folder) {
  const pages = readPages(folder);
  const anchors = new Map(pages.map((page) => [page.path, page.anchors]));
  const dead = pages.flatMap(({ path, links }) =>
    links.filter((link) => !exists(link, path)).map((link) => `${path}: ${link}`),
  );
  return { pages: pages.length, dead };

  /**
   * @param {string} link
   * @param {string} from
   */
  function exists(link, from) {
    const [place = "", anchor = ""] = decodeURI(link).split("#");
    const [target = ""] = place.split("?");
    const path = target === "" ? from : pathOf(target, from);
    if (anchor !== "" && anchors.has(path)) return anchors.get(path)?.has(anchor) === true;
    return existsSync(join(folder, path));
  }
}

/**
 * @param {string} target
 * @param {string} from
 */
function pathOf(target, from) {
  const path = target.startsWith("/") ? target.slice(1) : join(dirname(from), target);
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/**
 * @param {string} folder
 * @returns {Page[]}
 */
function readPages(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => {
      const html = readFileSync(join(folder, name), "utf8");
      return {
        path: relative(folder, join(folder, name)),
        anchors: new Set(valuesOf(html, "id")),
        links: [...new Set([...valuesOf(html, "href"), ...valuesOf(html, "src")])].filter(isInternal),
      };
    });
}

/**
 * The values of an attribute in a page.
 *
 * @param {string} html
 * @param {string} name
 */
function valuesOf(html, name) {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );
}

/** @param {string} link */
function isInternal(link) {
  return link !== "" && !/^(?:[a-z]+:|\/\/)/i.test(link);
}
