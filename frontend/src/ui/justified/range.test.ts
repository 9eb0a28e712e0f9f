import { expect, it } from "vitest";
import { nextRange } from "./range";

const near = { first: 0, last: 12 };

it("draws what is visible first, then one row more at each end, until all near rows are drawn", () => {
  const visible = { first: 4, last: 7 };
  const seen = [nextRange({ first: 0, last: -1 }, visible, near)];
  while (seen.length < 7) seen.push(nextRange(seen.at(-1) ?? near, visible, near));
  expect(seen.map(({ first, last }) => [first, last])).toEqual([
    [4, 7],
    [3, 8],
    [2, 9],
    [1, 10],
    [0, 11],
    [0, 12],
    [0, 12],
  ]);
});

it("keeps near rows and removes the others", () => {
  expect(nextRange({ first: 0, last: 9 }, { first: 5, last: 8 }, { first: 2, last: 11 })).toEqual({
    first: 2,
    last: 10,
  });
});

it("adds only the visible rows while the user scrolls faster than rows are drawn ahead", () => {
  expect(nextRange({ first: 0, last: 6 }, { first: 5, last: 8 }, { first: 2, last: 11 })).toEqual({
    first: 2,
    last: 8,
  });
  expect(nextRange({ first: 0, last: 6 }, { first: 100, last: 103 }, { first: 97, last: 106 })).toEqual({
    first: 100,
    last: 103,
  });
});
