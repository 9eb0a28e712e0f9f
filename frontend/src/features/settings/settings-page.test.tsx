import { screen } from "@testing-library/preact";
import { expect, it } from "vitest";
import { makeMe } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer } from "@/testing/server";
import { SettingsPage } from "./settings-page";

const server = startServer();

const show = (at: string, me = makeMe()) => {
  server.gives("/checkpoint-models", { items: [], next_cursor: null, total: 0 });
  return renderApp(<SettingsPage />, { path: "/settings/:section?", at, me });
};

const links = () => screen.getAllByRole("link").map((link) => link.textContent);

it("shows one section at its address, and marks it in the navigation", () => {
  show("/settings/appearance");
  expect(screen.getByRole("heading", { level: 2, name: "Appearance" })).toBeInTheDocument();
  expect(screen.queryByRole("heading", { name: "Profile" })).not.toBeInTheDocument();
  expect(screen.getByRole("link", { current: "page" })).toHaveTextContent("Appearance");
  expect(document.title).toBe("Appearance, settings · Genonaut");
});

it.each(["/settings", "/settings/nowhere", "/settings/sessions"])(
  "leads from %s to the first section in single-user mode",
  (at) => {
    const { router } = show(at);
    expect(router.state.location.pathname).toBe("/settings/account");
    expect(screen.getByRole("heading", { name: "Profile" })).toBeInTheDocument();
    expect(links()).toEqual(["Account", "Appearance", "Notifications", "Defaults", "API keys", "Webhooks"]);
  },
);

it("has a section for sessions where users log in", () => {
  server.gives("/auth/sessions", []);
  show("/settings/account", makeMe({ auth_mode: "password" }));
  expect(screen.getByRole("heading", { name: "Password" })).toBeInTheDocument();
  expect(links()).toContain("Sessions");
});
