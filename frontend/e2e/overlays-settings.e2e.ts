/** What the settings, users and models open: accessible, and large enough for fingers. */
import type { Page } from "playwright-core";
import { withBrowser } from "./browser";
import {
  checkScenes,
  dialog,
  dialogOfMenu,
  fixed,
  menu,
  type Opening,
  type Scene,
  unfold,
  unique,
} from "./opened";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

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

checkScenes(browser, {
  "the page of API keys": fixed("/settings/api-keys", [
    dialog("New key"),
    secret,
    secretCopied,
    dialog("Revoke"),
  ]),
  "the page of webhooks": withWebhook,
  "the page of users": withUser,
  "the page of models": withModel,
});
