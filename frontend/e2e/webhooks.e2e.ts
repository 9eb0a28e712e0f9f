import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { withBrowser } from "./browser";
import { setSwitch, waitForVisible } from "./waiting";

const browser = withBrowser();
let receiver: Server | undefined;

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Start a webhook receiver that answers with a status. */
async function listen(status: () => number): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  receiver = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      calls.push({ headers: request.headers, body });
      answer.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => receiver?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, calls };
}

afterEach(async () => {
  receiver?.closeAllConnections();
  await new Promise((resolve) => (receiver === undefined ? resolve(null) : receiver.close(resolve)));
  receiver = undefined;
});

/** Return the signature of the Standard Webhooks specification: base64 of HMAC-SHA256 over id, time and body. */
function signatureOf({ headers, body }: Call, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

it("creates, tests, edits, disables and deletes a webhook, and repeats a delivery", async () => {
  let status = 500;
  const { url, calls } = await listen(() => status);
  const name = `bench ${Math.random().toString(36).slice(2, 8)}`;
  const { page } = await browser.open("/settings/webhooks");
  const section = page.getByRole("region", { name: "Webhooks" });
  await section.getByRole("button", { name: "New webhook" }).click();
  const form = page.getByRole("dialog", { name: "New webhook" });
  await form.getByLabel("URL").fill("http://10.0.0.1/hook");
  await form.getByLabel("Description").fill(name);
  await form.getByRole("button", { name: "Create" }).click();
  await waitForVisible(form.locator("[aria-invalid=true]").or(form.getByRole("alert")));
  await form.getByLabel("URL").fill(url);
  await form.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "Copy it now" });
  const secret = (await shown.locator("code").textContent()) ?? "";
  expect(secret).toMatch(/^whsec_/);
  await shown.getByRole("button", { name: "Done" }).click();
  await shown.waitFor({ state: "hidden" });
  expect(await page.getByText(secret).count()).toBe(0);

  const record = section.getByRole("listitem").filter({ hasText: name });
  await record.getByRole("button", { name: "Deliveries" }).click();
  const log = page.getByRole("dialog", { name });
  await waitForVisible(log.getByText("No deliveries yet."));
  await log.getByRole("button", { name: "Send test" }).click();
  await waitForVisible(log.getByText("Failed"));
  await waitForVisible(log.getByText(/response 500/));
  const [first] = calls;
  expect(first && signatureOf(first, secret)).toBe(first?.headers["webhook-signature"]);
  expect(JSON.parse(first?.body ?? "{}").type).toBe("webhook.test");
  await log.getByRole("button", { name: /^Details of webhook.test/ }).click();
  const body = log.getByRole("group", { name: "Payload" });
  await waitForVisible(body);
  expect(JSON.parse((await body.textContent()) ?? "")).toEqual(JSON.parse(first?.body ?? ""));
  status = 204;
  await log.getByRole("button", { name: "Send again" }).first().click();
  await waitForVisible(log.getByText("Delivered"));
  expect(calls.at(-1)?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  await log.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit webhook" });
  await edit.getByLabel("Description").fill(`${name} again`);
  await edit.getByRole("checkbox", { name: "A job was cancelled" }).check();
  await edit.getByRole("button", { name: "Save" }).click();
  await edit.waitFor({ state: "hidden" });
  await waitForVisible(record.getByText(/A job was cancelled/));

  const power = page.getByRole("switch", { name: `Enable ${name} again` });
  const saved = page.waitForResponse((reply) => reply.request().method() === "PATCH");
  await setSwitch(power, false);
  await saved;
  await page.reload();
  await waitForVisible(power);
  await expect.poll(() => power.isChecked()).toBe(false);
  await page.getByRole("button", { name: `Actions for ${name} again` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await record.waitFor({ state: "hidden" });
});

it("calls a webhook for a finished image, and shows a new secret once", async () => {
  const { url, calls } = await listen(() => 200);
  const { page } = await browser.open("/settings/webhooks");
  const section = page.getByRole("region", { name: "Webhooks" });
  await section.getByRole("button", { name: "New webhook" }).click();
  const form = page.getByRole("dialog", { name: "New webhook" });
  await form.getByLabel("URL").fill(url);
  await form.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: `Actions for ${url}` }).click();
  await page.getByRole("menuitem", { name: "Create new secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "Copy it now" });
  const secret = (await shown.locator("code").textContent()) ?? "";
  await shown.getByRole("button", { name: "Done" }).click();

  const prompt = `a kite ${Math.random().toString(36).slice(2, 8)}`;
  await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
  await expect.poll(() => calls.length).toBe(1);
  const [call] = calls;
  // Both secrets sign for one day.
  expect(call?.headers["webhook-signature"]).toContain(call && signatureOf(call, secret));
  expect(JSON.parse(call?.body ?? "{}").type).toBe("job.completed");
  await page.getByRole("button", { name: `Actions for ${url}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: `Actions for ${url}` }).waitFor({ state: "hidden" });
});
