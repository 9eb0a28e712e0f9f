import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { ExpiredRule, UserStorage } from "@/api/types";
import { renderApp } from "@/testing/render";
import { page, startServer, url } from "@/testing/server";
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

beforeEach(() => server.gives("/users", page([{ id: "u1", username: "ben" }])));

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
  expect(await screen.findByRole("dialog", { name: "Clean up 12 rows?" })).toBeInTheDocument();
});

it("offers nothing when nothing has expired", async () => {
  server.gives("/storage/cleanup", { rules: [{ ...RULE, count: 0 }] });
  renderApp(<StorageTab />);
  expect(await screen.findByText("Nothing has expired.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Clean up now" })).toBeDisabled();
});

it("sets the quota of a user and keeps what it does not show", async () => {
  const own = {
    quota_bytes: null,
    image_days: 30,
    image_bytes: null,
    keep_rated: false,
    keep_tagged: null,
    keep_public: null,
    keep_collected: null,
  };
  const storage: UserStorage = {
    user_id: "u1",
    used_bytes: 5_000_000,
    thumbnail_bytes: 0,
    upload_bytes: 0,
    quota_bytes: 0,
    own,
  };
  server.gives("/storage/cleanup", { rules: [] });
  server.gives("/storage/users/u1", storage);
  const sent: unknown[] = [];
  server.use(
    http.put(url("/storage/users/u1"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ ...storage, quota_bytes: 2_500_000_000 });
    }),
  );
  renderApp(<StorageTab />);
  await userEvent.click(await screen.findByRole("button", { name: "Open" }));
  await userEvent.click(await screen.findByRole("option", { name: "ben" }));
  expect(await screen.findByText("5.0 MB used, no quota")).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Quota in GB"), "2.5");
  const rated = screen.getByRole("combobox", { name: "Keep rated images" });
  expect(rated).toHaveValue("false");
  await userEvent.selectOptions(rated, "As in the settings");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Keep tagged images" }), "Yes");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("5.0 MB used of 2.5 GB")).toBeInTheDocument();
  expect(sent).toEqual([{ ...own, keep_rated: null, keep_tagged: true, quota_bytes: 2_500_000_000 }]);
});
