/** A Chromium for the journeys, and what every one of them watches for. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

export const BASE_URL = (process.env.GENONAUT_TEST_WEB_URL ?? "http://127.0.0.1:8001").replace(/\/$/, "");

/** What the browser itself writes about a request that a test means to fail. */
const EXPECTED = [/Failed to load resource/, /WebSocket connection to .* failed/];

export interface Session {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** One browser for the file; every test gets fresh contexts and fails on an error in a console. */
export function withBrowser() {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.GENONAUT_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
  });
  afterAll(async () => browser.close());
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  const watch = (page: Page) => {
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !EXPECTED.some((known) => known.test(text))) complaints.push(text);
    });
  };

  return {
    open: async (path: string, options: BrowserContextOptions = {}): Promise<Session> => {
      const context = await browser.newContext({
        baseURL: BASE_URL,
        viewport: { width: 1280, height: 900 },
        // Nothing is drawn sixty times a second that no test looks at.
        reducedMotion: "reduce",
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(60_000);
      context.on("page", watch);
      const page = await context.newPage();
      await page.goto(path);
      return { context, page };
    },
  };
}

/** Type a prompt and submit it; returns the words it can be found by. */
export async function submitPrompt(page: Page, words: string): Promise<string> {
  const prompt = `${words} ${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(prompt);
  await page.keyboard.press("Control+Enter");
  return prompt;
}

/** The card of a job that waits or runs. */
export const jobCard = (page: Page, prompt: string) => page.locator("[data-job]").filter({ hasText: prompt });

/** What a submission made, once it has. */
export const resultCard = (page: Page, prompt: string) =>
  page.getByRole("article").filter({ hasText: prompt });

/** The prompt that makes the simulator's sampler take this much longer, in seconds. */
export const slowPrompt = (words: string, seconds: number): string => `${words} [fault:slow=${seconds}]`;
