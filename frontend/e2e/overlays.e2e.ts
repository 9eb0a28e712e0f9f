/** Every dialog, menu, list and popover of the pages for all users: accessible, and large enough for fingers. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { DESKTOP, DEVICES } from "./devices";
import { checkOpened, dialogOfMenu, list, menu, type Opening, unfold } from "./opened";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const bell: Opening = {
  name: "newest notifications",
  open: async (page) => {
    await page.getByRole("button", { name: /^Notifications/ }).click();
    await waitForVisible(page.getByRole("dialog"));
  },
};
const shortcuts: Opening = {
  name: "keyboard shortcuts",
  onPhone: false,
  open: async (page) => {
    await page.keyboard.press("?");
    await waitForVisible(page.getByRole("dialog"));
  },
};
const navigation: Opening = {
  name: "navigation",
  stays: true,
  open: async (page) => {
    const button = page.getByRole("button", { name: "Open navigation" });
    if (!(await button.isVisible())) return;
    await button.click();
    await waitForVisible(page.getByRole("navigation", { name: "Main" }));
  },
};
const loras: Opening = {
  name: "a LoRA with its strengths",
  stays: true,
  open: async (page) => {
    await page.getByRole("combobox", { name: "LoRAs" }).click();
    await page.locator("[role=option]:not([aria-disabled=true])").first().click();
    await page.keyboard.press("Escape");
    await page.getByText("Separate text encoder strength").click();
  },
};
const reset: Opening = {
  name: "toast with undo",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "Reset to defaults" }).click();
    await waitForVisible(page.getByRole("button", { name: "Undo" }));
  },
};
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

const OF_PAGES: Record<string, readonly Opening[]> = {
  "/": [menu("Account"), bell, shortcuts, navigation],
  "/generate": [list("Model"), list("LoRAs"), list("Embeddings"), loras, unfold(/^Sampling/), reset],
  "/gallery": [list("Tags"), selection, tags],
  "/gallery?view=list": [selection],
  "/view/1": [menu("Download"), title, fullSize],
};

for (const [path, openings] of Object.entries(OF_PAGES))
  for (const [device, options] of Object.entries(DEVICES))
    it(`is accessible, ${device}: what ${path} opens`, async () => {
      const { page } = await browser.open(path, options);
      await waitForPage(page);
      await checkOpened(page, device === "phone", openings);
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

it("has accessible tooltips, which name their buttons too", async () => {
  const { page } = await browser.open("/generate", DESKTOP);
  await waitForPage(page);
  for (const name of ["Keyboard shortcuts", "Reset to defaults"]) {
    await page.getByRole("button", { name, exact: true }).hover();
    await waitForVisible(page.getByRole("tooltip", { name }));
    await expectAccessible(page, `tooltip of ${name}`);
    await page.keyboard.press("Escape");
    await page.getByRole("tooltip").waitFor({ state: "detached" });
  }
});
