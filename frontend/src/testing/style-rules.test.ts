import { expect, it } from "vitest";
import { demandsOf } from "./style-rules";

/** Return whether the rules of a style element let an element disappear. */
function isHiddenBy(css: string, html: string): boolean {
  document.body.innerHTML = `<style>${css}</style>${html}`;
  const element = document.querySelector("#subject");
  if (element === null) throw new Error("no subject");
  return getComputedStyle(element).display === "none";
}

const SUBJECT = '<div class="outer"><p id="subject" class="one two" data-x="a b">text</p></div>';

it.each([
  ["p"],
  ["P"],
  ["*"],
  [".one"],
  [".two.one"],
  ["p.one#subject"],
  [".other, .outer > .two"],
  [".outer p"],
  ["[data-x]"],
  ['.one[data-x="a b"]'],
  [":not(.other)"],
  [".one:first-child"],
  ["div:has(p) > :is(.one, .other)"],
  ["@media screen"],
])("applies the rule %s", (selector) => {
  const rule = selector.startsWith("@")
    ? `${selector} { p { display: none } }`
    : `${selector} { display: none }`;
  expect(isHiddenBy(rule, SUBJECT)).toBe(true);
});

it.each([
  ["div"],
  [".other"],
  [".one.other"],
  ["p#other"],
  [".one > p"],
  [".other, div"],
  [".one:last-of-type:empty"],
  [".one::before"],
  ["[data-y]"],
  [":not(.one)"],
])("does not apply the rule %s", (selector) => {
  expect(isHiddenBy(`${selector} { display: none }`, SUBJECT)).toBe(false);
});

it("knows what the rules of Material UI demand of an element", () => {
  expect(demandsOf(".css-1a2b-MuiButton-root:hover .MuiButton-icon.css-3, p#x[type=a]")).toEqual([
    { tag: "", classes: ["MuiButton-icon", "css-3"] },
    { tag: "p", classes: [] },
  ]);
});

it.each([":not(.a)", "a\\:b", "svg|a", ":is(.a, .b) .c"])("leaves %s to jsdom", (selector) => {
  expect(demandsOf(selector)).toBeNull();
});
