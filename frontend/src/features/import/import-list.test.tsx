import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { makeCollection } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { ImportList } from "./import-list";
import type { ImportEntry } from "./importer";

const server = startServer();

const makeEntry = (changes: Partial<ImportEntry>): ImportEntry => ({
  key: 1,
  path: "fox.png",
  bytes: 10,
  status: "imported",
  contentId: 4,
  program: null,
  reason: null,
  inside: [],
  ...changes,
});

const ZIP = makeEntry({
  key: 2,
  path: "foxes.zip",
  contentId: null,
  inside: [
    { name: "a.png", status: "imported", content_id: 5, program: null, reason: null },
    { name: "b.txt", status: "refused", content_id: null, program: null, reason: "it is no image" },
  ],
});

it("says which files of a zip were refused, and why, and what was left out of folders", async () => {
  renderApp(<ImportList state={{ entries: [makeEntry({}), ZIP], isRunning: false, leftOut: 6 }} />);
  screen.getByText("6 other files were left out: no images, videos or zips");
  await userEvent.click(screen.getByText("Refused files"));
  const refused = screen.getByRole("list", { name: "Refused files" });
  expect(
    within(refused)
      .getAllByRole("listitem")
      .map((one) => one.textContent),
  ).toEqual(["b.txt: it is no image"]);
});

it("adds all that was imported to a collection", async () => {
  server.gives("/collections", page([makeCollection()]));
  renderApp(<ImportList state={{ entries: [makeEntry({}), ZIP], isRunning: false, leftOut: 6 }} />);
  await userEvent.click(screen.getByRole("button", { name: "Add to collection" }));
  await screen.findByRole("dialog", { name: "Add 2 items to collection" });
});
