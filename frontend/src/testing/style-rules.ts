/**
 * Quick rejection of style rules that cannot apply to an element.
 *
 * A query by role needs the computed style of many elements. jsdom tries every rule of Material UI for each
 * of them, at the price of a full match. Nearly all rules fail at the tag or a class of their last
 * part, which is compared here first.
 */

interface ElementImpl {
  localName: string;
  classList: { contains: (name: string) => boolean };
}
interface Check {
  match: boolean;
  ast: null;
  pseudoElement: null;
}
interface DomSelector {
  check: (selector: string, element: ElementImpl, options?: object) => Check;
}
interface DocumentImpl {
  _domSelector: DomSelector;
}

/** What one part of a selector list demands of the element itself. */
interface Demand {
  tag: string;
  classes: readonly string[];
}

const NO_MATCH: Check = { match: false, ast: null, pseudoElement: null };
const PLAIN = /^(?:[\w-]+|\*)?(?:[.#][\w-]+|:{1,2}[a-z-]+|\[[^\]"',]*(?:"[^"\],]*")?\])*$/;
const NEITHER = /\[[^\]]*\]|:{1,2}[a-z-]+/g;
const NAMES = /(^|[.#])([\w-]+)/g;

/** Make a document compare what is cheap before it matches the selector of a rule. */
export function rejectRulesEarly(page: Document): void {
  const symbol = Object.getOwnPropertySymbols(page).find((one) => one.description === "impl");
  const selectors = (page as unknown as Record<symbol, DocumentImpl | undefined>)[symbol as symbol]
    ?._domSelector;
  if (selectors === undefined) throw new Error("jsdom keeps the selectors of a document elsewhere");
  const full = selectors.check;
  const known = new Map<string, readonly Demand[] | null>();
  selectors.check = (selector, element, options) => {
    let demands = known.get(selector);
    if (demands === undefined) {
      demands = demandsOf(selector);
      known.set(selector, demands);
    }
    if (demands !== null && !demands.some((one) => isMet(one, element))) return NO_MATCH;
    return full(selector, element, options);
  };
}

function isMet({ tag, classes }: Demand, element: ElementImpl): boolean {
  return (
    (tag === "" || tag === element.localName.toLowerCase()) &&
    classes.every((name) => element.classList.contains(name))
  );
}

/** Return what each part of a selector list demands; null if a part has a form that is not known here. */
export function demandsOf(selector: string): readonly Demand[] | null {
  if (/[()\\|]/.test(selector)) return null;
  const demands = selector.split(",").map(demandOf);
  return demands.every((one) => one !== null) ? demands : null;
}

function demandOf(part: string): Demand | null {
  const last =
    part
      .trim()
      .split(/[\s>+~]+/)
      .at(-1) ?? "";
  if (last === "" || !PLAIN.test(last)) return null;
  const names = [...last.replace(NEITHER, "").matchAll(NAMES)];
  const signed = (sign: string) => names.filter((one) => one[1] === sign).map((one) => one[2] ?? "");
  return { tag: signed("")[0]?.toLowerCase() ?? "", classes: signed(".") };
}
