/** Groups of a prompt in parentheses, with or without a weight. */

/** From the opening parenthesis to behind the closing one. */
export type Span = readonly [start: number, end: number];

interface Group {
  readonly span: Span;
  /** What the weight applies to. */
  readonly inner: Span;
  readonly weight: number | null;
}

const WEIGHT = /:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/;

/** Return the groups, inner ones before those around them. */
export function groupsIn(text: string): readonly Group[] {
  const open: number[] = [];
  const found: Group[] = [];
  for (const { 0: bracket, index } of text.matchAll(/\\.|[()]/gs)) {
    if (bracket === "(") open.push(index);
    const start = bracket === ")" ? open.pop() : undefined;
    if (start !== undefined) found.push(groupAt(text, [start, index + 1]));
  }
  return found;
}

function groupAt(text: string, [start, end]: Span): Group {
  const match = WEIGHT.exec(text.slice(start + 1, end - 1));
  // ComfyUI reads no weight before which there is nothing.
  const isWeighted = match !== null && match.index > 0;
  const inner: Span = [start + 1, isWeighted ? start + 1 + match.index : end - 1];
  return { span: [start, end], inner, weight: isWeighted ? Number(match[1]) : null };
}

/** Return the innermost group around the caret, with the parentheses directly around it that have no number. */
export function groupAround(groups: readonly Group[], caret: number): Span | null {
  const found = groups.find(({ span: [start, end] }) => start <= caret && caret <= end);
  return found === undefined ? null : widened(groups, found);
}

/** Return the group that a selection is, or whose whole content it is. */
export function groupOf(groups: readonly Group[], from: number, to: number): Span | null {
  const is = ([start, end]: Span) => start === from && end === to;
  const found = groups.find(({ span, inner }) => is(span) || is(inner));
  return found === undefined ? null : widened(groups, found);
}

function widened(groups: readonly Group[], group: Group): Span {
  if (group.weight !== null) return group.span;
  const [start, end] = group.span;
  const outer = groups.find(({ span }) => span[0] === start - 1 && span[1] === end + 1);
  return outer === undefined ? group.span : widened(groups, outer);
}

/** Return what the weight of a group applies to, and the weight; each pair of parentheses without one counts. */
export function weightIn(group: string, ofParentheses: number): { inner: string; weight: number } {
  const { inner, weight } = groupAt(group, [0, group.length]);
  const content = group.slice(...inner);
  if (weight !== null) return { inner: content, weight };
  const isGroup = groupsIn(content).some(({ span: [start, end] }) => start === 0 && end === content.length);
  if (!isGroup) return { inner: content, weight: ofParentheses };
  const within = weightIn(content, ofParentheses);
  return { inner: within.inner, weight: within.weight * ofParentheses };
}
