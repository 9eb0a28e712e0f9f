import { expect, it } from "vitest";
import { runsOf } from "./runs";

it("puts items back behind those that were before them", () => {
  expect(runsOf([1, 2, 3, 4, 5, 6], [5, 2, 3, 99])).toEqual([
    { ids: [2, 3], place: { after: 1 } },
    { ids: [5], place: { after: 4 } },
  ]);
});

it("puts items back at the start, and all of them in their order", () => {
  expect(runsOf([1, 2, 3], [1, 2])).toEqual([{ ids: [1, 2], place: { before: 3 } }]);
  expect(runsOf([1, 2], [2, 1])).toEqual([{ ids: [1, 2], place: {} }]);
  const many = Array.from({ length: 501 }, (_, index) => index + 1);
  expect(runsOf([...many, 999], many).map(({ ids, place }) => [ids.length, place])).toEqual([
    [500, { before: 999 }],
    [1, { after: 500 }],
  ]);
});
