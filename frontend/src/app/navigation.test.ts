import { expect, it } from "vitest";
import { destinationsOf } from "./navigation";

it("lists the admin page for administrators only", () => {
  const pathsOf = (isAdmin: boolean) => destinationsOf(isAdmin).map(({ path }) => path);
  expect(pathsOf(true)).toEqual([...pathsOf(false), "/admin"]);
  expect(pathsOf(false)).toContain("/gallery");
});
