import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import Switch from "@mui/material/Switch";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Webhook } from "@/api/types";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Menu } from "@/ui/overlays";
import { RecordListItem } from "@/ui/record-list";
import { SecretDialog } from "@/ui/secret-dialog";
import { useToast } from "@/ui/toast";
import { DeliveriesDialog } from "./deliveries-dialog";
import { SECRET_EXPLANATION } from "./new-webhook-dialog";
import { useChangeWebhook, useDeleteWebhook, useRenewSecret } from "./queries";
import { EVENTS, WebhookForm } from "./webhook-form";

type Open = "log" | "edit" | "renew" | "delete" | null;

/** A webhook with its events, its switch and its actions. */
export function WebhookItem({ webhook }: { readonly webhook: Webhook }) {
  const change = useChangeWebhook();
  const toast = useToast();
  const [open, setOpen] = useState<Open>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const name = webhook.description || webhook.url;
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const choose = (next: Open) => {
    setAnchor(null);
    setOpen(next);
  };
  const events = EVENTS.filter(({ event }) => webhook.events.includes(event)).map(({ label }) => label);
  return (
    <>
      <RecordListItem
        title={name}
        detail={
          <>
            {webhook.description === "" ? null : <Box>{webhook.url}</Box>}
            <Box>{events.join(", ")}</Box>
            {webhook.is_enabled || webhook.disabled_reason === null ? null : (
              <Box sx={{ color: "warning.main" }}>Disabled: {webhook.disabled_reason}</Box>
            )}
            <Button size="small" sx={{ ml: -0.75 }} onClick={() => setOpen("log")}>
              Deliveries
            </Button>
          </>
        }
        action={
          <Box sx={{ display: "flex", alignItems: "center" }}>
            <Switch
              checked={webhook.is_enabled}
              slotProps={{ input: { "aria-label": `Enable ${name}` } }}
              onChange={(_event, is_enabled) =>
                change.mutate({ id: webhook.id, patch: { is_enabled } }, { onError })
              }
            />
            <IconButton
              aria-label={`Actions for ${name}`}
              aria-haspopup="menu"
              onClick={(event) => setAnchor(event.currentTarget)}
            >
              <Ellipsis size={18} aria-hidden />
            </IconButton>
          </Box>
        }
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={() => choose("edit")}>Edit</MenuItem>
        <MenuItem onClick={() => choose("renew")}>Create new secret</MenuItem>
        <MenuItem onClick={() => choose("delete")}>Delete</MenuItem>
      </Menu>
      <Dialogs webhook={webhook} name={name} open={open} onClose={() => setOpen(null)} />
    </>
  );
}

interface DialogsProps {
  readonly webhook: Webhook;
  readonly name: string;
  readonly open: Open;
  readonly onClose: () => void;
}

function Dialogs({ webhook, name, open, onClose }: DialogsProps) {
  const change = useChangeWebhook();
  const remove = useDeleteWebhook();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  if (open === "log") return <DeliveriesDialog webhook={webhook} name={name} onClose={onClose} />;
  if (open === "renew") return <RenewDialog webhook={webhook} onClose={onClose} />;
  if (open === "edit") {
    return (
      <WebhookForm
        title="Edit webhook"
        verb="Save"
        webhook={webhook}
        change={change}
        onSubmit={(patch) => change.mutate({ id: webhook.id, patch }, { onSuccess: onClose })}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      isOpen={open === "delete"}
      title={`Delete “${name}”?`}
      verb="Delete"
      isPending={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate(webhook.id, { onError, onSettled: onClose })}
    >
      It is no longer called. Its list of deliveries is deleted too.
    </ConfirmDialog>
  );
}

function RenewDialog({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const renew = useRenewSecret();
  const toast = useToast();
  if (renew.data !== undefined) {
    return (
      <SecretDialog
        secret={renew.data.secret}
        copyLabel="Copy secret"
        explanation={SECRET_EXPLANATION}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      isOpen
      title="Create a new secret?"
      verb="Create"
      isPending={renew.isPending}
      onClose={onClose}
      onConfirm={() =>
        renew.mutate(webhook.id, {
          onError: (error) => toast({ message: messageOf(error), severity: "error" }),
        })
      }
    >
      Requests are signed with both secrets for one day, so that you can switch over.
    </ConfirmDialog>
  );
}
