import { expect, it } from "vitest";
import {
  addressOf,
  type FilterValues,
  filterOf,
  KEYS,
  nameOfSpan,
  savedFilterOf,
  spanOfMonth,
} from "./gallery-filter";

const valuesOf = (address: string): FilterValues => {
  const query = new URLSearchParams(address.split("?")[1] ?? "");
  return Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? ""])) as FilterValues;
};

it("reads the same filter from the address of a saved search", () => {
  const { from, to } = spanOfMonth("2026-02");
  const wanted = new URLSearchParams({
    search: "red fox",
    scope: "all",
    tags: "a,b",
    model: "m.safetensors",
    type: "image",
    workflow: "7",
    from,
    to,
    rating: "4",
    size: "large",
    favourite: "1",
    sort: "top-rated",
  });
  const { filter } = filterOf(valuesOf(`?${wanted}`));
  const stored = savedFilterOf(filter);
  const nothing = {
    search: null,
    content_type: null,
    checkpoint_model: null,
    workflow_id: null,
    created_from: null,
    created_to: null,
    min_rating: null,
    size: null,
  };
  const saved = { filter: { ...nothing, ...stored }, sort: "top-rated" } as Parameters<typeof addressOf>[0];
  expect(filterOf(valuesOf(addressOf(saved))).filter).toEqual(filter);
  expect(filter.created_to).toBe("2026-02-28T23:59:59.999999Z");
});

it("ignores values that it does not know", () => {
  const { filter, isFiltered } = filterOf(valuesOf("?rating=9&size=vast&from=yesterday&sort=x&scope=y"));
  expect(filter).toEqual({ scope: "mine", sort: "newest" });
  expect(isFiltered).toBe(false);
});

it("names months and spans", () => {
  const { from, to } = spanOfMonth("2026-12");
  expect(nameOfSpan(from, to)).toBe("December 2026");
  expect(nameOfSpan("2026-03-05T00:00:00Z", "")).toBe("from Mar 5, 2026");
  expect(nameOfSpan("", "")).toBe("");
});
