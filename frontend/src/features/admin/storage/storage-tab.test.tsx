import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ExpiredRule } from "@/api/types";
import { renderApp } from "@/testing/render";
import { startServer } from "@/testing/server";
import { StorageTab } from "./storage-tab";

const server = startServer();

const RULE: ExpiredRule = {
  name: "images",
  setting: "retention.image_days",
  count: 12,
  size_bytes: 34_000_000,
  oldest: "2026-01-01T00:00:00Z",
  newest: "2026-02-01T00:00:00Z",
};

it("shows exactly what would go", async () => {
  server.gives("/storage/cleanup", {
    rules: [RULE, { ...RULE, name: "trash", count: 0, size_bytes: 0, oldest: null }],
  });
  renderApp(<StorageTab />);
  const table = await screen.findByRole("table", { name: "What has expired" });
  const [, images, trash] = within(table).getAllByRole("row");
  expect(within(images as HTMLElement).getByText("34.0 MB")).toBeInTheDocument();
  expect(within(trash as HTMLElement).getAllByText("–")).toHaveLength(2);
  expect(screen.getByText("12 rows have expired.")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Clean up now" }));
  expect(screen.getByRole("dialog", { name: "Clean up 12 rows?" })).toBeInTheDocument();
});

it("offers nothing when nothing has expired", async () => {
  server.gives("/storage/cleanup", { rules: [{ ...RULE, count: 0 }] });
  renderApp(<StorageTab />);
  expect(await screen.findByText("Nothing has expired.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Clean up now" })).toBeDisabled();
});
