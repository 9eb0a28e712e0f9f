/** What the pages of images and jobs open: accessible, and large enough for fingers. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { DEVICES } from "./devices";
import { checkOpened, checkOpenedOn, dialog, dialogOfMenu, list, menu, type Opening, unfold } from "./opened";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const selection: Opening = {
  name: "toolbar of the selection",
  stays: true,
  open: async (page) => {
    await page.getByRole("list", { name: "Images" }).getByRole("checkbox").first().check({ force: true });
    await waitForVisible(page.getByRole("toolbar"));
  },
};
const tags: Opening = {
  name: "tag dialog",
  open: async (page) => {
    await page.getByRole("toolbar").getByRole("button", { name: "Tag", exact: true }).click();
    await waitForVisible(page.getByRole("dialog"));
  },
};
const title: Opening = {
  name: "title being edited",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "Edit title" }).click();
    await waitForVisible(page.getByRole("textbox", { name: "Title" }));
  },
};
const fullSize: Opening = {
  name: "image at full size",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "Show at full size" }).click();
    await waitForVisible(page.getByRole("region", { name: "Image at full size" }));
  },
};

// Beside the list in wide windows, over it in narrow ones.
const filters: Opening = {
  name: "filters with facets",
  open: async (page) => {
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    await waitForVisible(page.getByRole("region", { name: "Model" }));
  },
};

checkOpenedOn(browser, {
  "/gallery": [list("Tags"), filters, selection, menu(/^Make$/), tags],
  "/gallery?view=list": [selection],
  "/view/1": [menu("Download"), dialog("Make it again"), title, fullSize],
});

/** Submit without the page and wait for the end; return the prompt and the id of the image, if there is one. */
async function finish(page: Page, text: string) {
  const prompt = `${text} ${Math.random().toString(36).slice(2, 8)}`;
  const made = await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
  const { id } = (await made.json()) as { id: number };
  const read = async () => (await page.request.get(`/api/v1/generation-jobs/${id}`)).json();
  await expect.poll(async () => (await read()).status).toMatch(/completed|failed/);
  return { prompt, imageId: (await read()).content_id as number | null };
}

for (const [device, options] of Object.entries(DEVICES)) {
  it(`is accessible, ${device}: menu, timeline and deletion of a job`, async () => {
    const { page } = await browser.open("/", options);
    const { prompt } = await finish(page, "a moored boat");
    await page.goto(`/generate/history?search=${encodeURIComponent(prompt)}`);
    await waitForPage(page);
    const actions = /^Actions for job/;
    await checkOpened(page, device === "phone", [
      menu(actions),
      dialogOfMenu(actions, "Timeline"),
      dialogOfMenu(actions, "Delete"),
    ]);
  });

  it(`is accessible, ${device}: the reasons of a failure`, async () => {
    const { page } = await browser.open("/generate", options);
    const prompt = await submitPrompt(page, "a weir [fault:node_error]");
    await waitForVisible(resultCard(page, prompt).getByRole("button", { name: "Details" }));
    await checkOpened(page, device === "phone", [unfold("Details")]);
    await resultCard(page, prompt).getByRole("button", { name: "Dismiss" }).click();
  });

  it(`is accessible, ${device}: the trash and its dialogs`, async () => {
    const { page } = await browser.open("/", options);
    const { imageId } = await finish(page, "a torn sail");
    await page.request.delete(`/api/v1/content/${imageId}`);
    await page.goto("/gallery/trash");
    await waitForPage(page);
    const purge: Opening = {
      name: "deletion for good",
      open: async (shown) => {
        await shown.getByRole("button", { name: "Delete permanently" }).click();
        await waitForVisible(shown.getByRole("dialog"));
      },
    };
    const empty: Opening = {
      name: "emptying the trash",
      open: async (shown) => {
        await shown.getByRole("button", { name: "Empty trash" }).click();
        await waitForVisible(shown.getByRole("dialog"));
      },
    };
    await checkOpened(page, device === "phone", [empty, selection, purge]);
  });
}
