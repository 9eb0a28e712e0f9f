/** The browser of the journeys, and the elements that many of them use. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

export const BASE_URL = (process.env.GENONAUT_TEST_WEB_URL ?? "http://127.0.0.1:8001").replace(/\/$/, "");

/** How many times slower the processor of pages is made, to find journeys that depend on its speed. */
const SLOWDOWN = Number(process.env.GENONAUT_TEST_CPU_SLOWDOWN ?? 1);

/** Console errors that the browser writes about requests that a journey makes fail. */
const IGNORED_ERRORS = [/Failed to load resource/, /WebSocket connection to .* failed/];

export interface Session {
  readonly context: BrowserContext;
  readonly page: Page;
}

/**
 * Start one browser for the file. Every journey gets contexts of its own, without cookies and storage, and
 * fails if its pages log an error or throw one.
 */
export function withBrowser() {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.GENONAUT_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
  });
  afterAll(async () => browser.close());
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(errors.splice(0)).toEqual([]);
  });

  const watch = (page: Page) => {
    page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !IGNORED_ERRORS.some((known) => known.test(text))) errors.push(text);
    });
  };

  return {
    open: async (path: string, options: BrowserContextOptions = {}): Promise<Session> => {
      const context = await browser.newContext({
        baseURL: BASE_URL,
        viewport: { width: 1280, height: 900 },
        // Saves the processor time of animations, which no journey checks.
        reducedMotion: "reduce",
        // Else requests would pass it, where no journey can delay or fail them.
        serviceWorkers: "block",
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(60_000);
      context.on("page", watch);
      const page = await context.newPage();
      if (SLOWDOWN > 1) {
        const devtools = await context.newCDPSession(page);
        await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
      }
      await page.goto(path);
      return { context, page };
    },
  };
}

/** Submit a prompt with a random suffix; return the whole prompt, which identifies its job. */
export async function submitPrompt(page: Page, text: string): Promise<string> {
  const prompt = `${text} ${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(prompt);
  await page.keyboard.press("Control+Enter");
  return prompt;
}

/** Return the card of a waiting or running job. */
export const jobCard = (page: Page, prompt: string) => page.locator("[data-job]").filter({ hasText: prompt });

/** Return the card with the results of a submission. */
export const resultCard = (page: Page, prompt: string) =>
  page.getByRole("article").filter({ hasText: prompt });

/** Return a prompt that makes the sampler of the simulator take this many seconds longer. */
export const slowPrompt = (text: string, seconds: number): string => `${text} [fault:slow=${seconds}]`;
