/** Every dialog, menu and list of settings and administration: accessible, and large enough for fingers. */
import type { Page } from "playwright-core";
import { it } from "vitest";
import { withBrowser } from "./browser";
import { DEVICES } from "./devices";
import { checkOpened, dialog, dialogOfMenu, list, menu, type Opening, unfold } from "./opened";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;

/** What a page needs before it is opened; returns where it is and what it opens. */
interface Scene {
  readonly path: string;
  readonly openings: readonly Opening[];
}

const secret: Opening = {
  name: "a new key",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill(unique("bench"));
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await waitForVisible(page.getByRole("dialog", { name: "Copy it now" }));
  },
};
const secretCopied: Opening = {
  name: "the list of keys",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await waitForVisible(page.getByRole("button", { name: "Revoke" }));
  },
};

async function withWebhook(page: Page): Promise<Scene> {
  const name = unique("bench");
  await page.request.post("/api/v1/webhooks", {
    data: { url: "http://127.0.0.1:9/hook", description: name, events: ["job.completed"] },
  });
  const actions = new RegExp(`^Actions for ${name}`);
  const deliveries: Opening = {
    name: "deliveries",
    open: async (shown) => {
      await shown
        .getByRole("listitem")
        .filter({ hasText: name })
        .getByRole("button", { name: "Deliveries" })
        .click();
      await waitForVisible(shown.getByRole("dialog").getByText("No deliveries yet."));
    },
  };
  return {
    path: "/settings/webhooks",
    openings: [
      dialog("New webhook"),
      menu(actions),
      dialogOfMenu(actions, "Edit"),
      dialogOfMenu(actions, "Create new secret"),
      dialogOfMenu(actions, "Delete"),
      deliveries,
    ],
  };
}

async function withUser(page: Page): Promise<Scene> {
  const username = unique("mira");
  await page.request.post("/api/v1/users", { data: { username, password: "correct horse battery" } });
  const actions = new RegExp(`^Actions for ${username}`);
  return {
    path: `/admin/users?search=${username}`,
    openings: [dialog("New user"), menu(actions), dialogOfMenu(actions, "Delete")],
  };
}

async function withModel(page: Page): Promise<Scene> {
  const name = unique("style");
  await page.request.post("/api/v1/models", {
    data: { folder: "loras", name: `${name}.safetensors`, enabled: true },
  });
  return {
    path: `/admin/models?search=${name}`,
    openings: [
      dialog("Add manually"),
      unfold("Show evidence"),
      dialog("Edit"),
      dialog(`Delete ${name}`, { name: "deletion of a model" }),
    ],
  };
}

async function withSubmission(page: Page): Promise<Scene> {
  await page.request.post("/api/v1/generation-jobs", { data: { prompt: unique("a quay"), batch_size: 2 } });
  return {
    path: "/admin?show=done",
    openings: [
      list("User"),
      unfold(/^Show jobs of/),
      dialog(/^Timeline of job/),
      dialog("Pause the queue", { name: "pause" }),
    ],
  };
}

const fixed = (path: string, openings: readonly Opening[]) => async (): Promise<Scene> => ({
  path,
  openings,
});

const tables: Opening = {
  name: "the values of a chart as a table",
  stays: true,
  open: async (page) => {
    for (const summary of await page.getByText("Show as table").all()) await summary.click();
  },
};
const limits: Opening = {
  name: "limits of a user",
  stays: true,
  open: async (page) => {
    await page.getByRole("combobox", { name: "User" }).fill("local");
    await page.getByRole("option", { name: "local" }).click();
    await waitForVisible(page.getByLabel("Quota in GB"));
  },
};

const SCENES = {
  "API keys": fixed("/settings/api-keys", [dialog("New key"), secret, secretCopied, dialog("Revoke")]),
  webhooks: withWebhook,
  queue: withSubmission,
  models: withModel,
  users: withUser,
  overview: fixed("/admin/overview", [tables]),
  storage: fixed("/admin/storage", [list("User"), limits]),
  announcements: fixed("/admin/announcements", [list("To")]),
  "audit log": fixed("/admin/log", [list("By"), unfold("Details")]),
};

for (const [name, prepare] of Object.entries(SCENES))
  for (const [device, options] of Object.entries(DEVICES))
    it(`is accessible, ${device}: what the page of ${name} opens`, async () => {
      const { page } = await browser.open("/", options);
      const { path, openings } = await prepare(page);
      await page.goto(path);
      await waitForPage(page);
      await checkOpened(page, device === "phone", openings);
    });
