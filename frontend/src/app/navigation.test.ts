import { expect, it } from "vitest";
import { destinationsOf } from "./navigation";

it("offers the way to the administration to administrators alone", () => {
  const pathsOf = (isAdmin: boolean) => destinationsOf(isAdmin).map(({ path }) => path);
  expect(pathsOf(true)).toEqual([...pathsOf(false), "/admin"]);
  expect(pathsOf(false)).toContain("/gallery");
});
