import { screen, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Webhook, WebhookDelivery } from "@/api/types";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { DeliveriesDialog } from "./deliveries-dialog";

const server = startServer();
const at = "2026-01-02T03:04:05Z";
const webhook: Webhook = {
  id: 3,
  url: "https://example.org/hook",
  events: ["job.completed"],
  description: "bench",
  is_enabled: true,
  disabled_reason: null,
  previous_secret_until: null,
  created_at: at,
};
const delivery = (changes: Partial<WebhookDelivery>): WebhookDelivery => ({
  id: 7,
  webhook_id: 3,
  message_id: "msg_7",
  event: "job.completed",
  status: "failed",
  tries: 2,
  status_code: 500,
  error: null,
  created_at: at,
  due_at: at,
  ended_at: at,
  ...changes,
});

describe("DeliveriesDialog", () => {
  it("shows the payload and the response of each attempt in an expandable row", async () => {
    const shown = delivery({});
    server.gives("/webhooks/3/deliveries", page([shown, delivery({ id: 6, message_id: "msg_6" })]));
    server.gives("/webhooks/3/deliveries/7", {
      delivery: shown,
      payload: '{"type":"job.completed","data":{"completed":2}}',
      tries: [
        { at, duration_ms: 15000, status_code: null, error: "no answer in time", excerpt: null },
        {
          at: "2026-01-02T03:04:30Z",
          duration_ms: 40,
          status_code: 500,
          error: null,
          excerpt: "out of <b>disk</b>",
        },
      ],
    });
    renderApp(<DeliveriesDialog webhook={webhook} name="bench" onClose={() => undefined} />);
    const toggle = await screen.findByRole("button", { name: "Details of job.completed 7" });
    expect(toggle).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByText(/msg_7/)).toBeNull();
    await userEvent.click(toggle);
    expect(toggle).toHaveAttribute("aria-expanded", "true");
    const [row] = screen.getAllByRole("listitem");
    const opened = within(row as HTMLElement);
    const body = await opened.findByRole("group", { name: "Payload" });
    expect(JSON.parse(body.textContent)).toEqual({ type: "job.completed", data: { completed: 2 } });
    expect(opened.getByText("Message msg_7")).toBeInTheDocument();
    expect(opened.getByText(/no answer in time · 15 s$/)).toBeInTheDocument();
    expect(opened.getByText(/Response 500 · 0.0 s$/)).toBeInTheDocument();
    const answer = opened.getByRole("group", { name: "Start of the response" });
    expect(answer).toHaveTextContent("out of <b>disk</b>");
    expect(screen.queryByText(/msg_6/)).toBeNull();
    await userEvent.click(toggle);
    expect(screen.queryByText(/msg_7/)).toBeNull();
  });

  it("shows a payload that is not JSON unchanged", async () => {
    const shown = delivery({ tries: 0, status: "delivered", status_code: null });
    server.gives("/webhooks/3/deliveries", page([shown]));
    server.gives("/webhooks/3/deliveries/7", { delivery: shown, payload: "plain words", tries: [] });
    renderApp(<DeliveriesDialog webhook={webhook} name="bench" onClose={() => undefined} />);
    await userEvent.click(await screen.findByRole("button", { name: /^Details of/ }));
    expect(await screen.findByText("plain words")).toBeInTheDocument();
  });
});
