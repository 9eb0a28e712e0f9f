import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import { type FormEvent, useId, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import type { Webhook, WebhookEvent } from "@/api/types";
import { useIsAdmin } from "@/features/session";
import { FormError } from "@/ui/form-error";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";

export const EVENTS: readonly {
  readonly event: WebhookEvent;
  readonly label: string;
  readonly isForAdmins?: boolean;
}[] = [
  { event: "job.completed", label: "An image or batch is finished" },
  { event: "job.failed", label: "A job failed" },
  { event: "job.cancelled", label: "A job was cancelled" },
  { event: "search.matched", label: "New matches of a saved search" },
  { event: "alert.began", label: "An alert began", isForAdmins: true },
  { event: "alert.ended", label: "An alert ended", isForAdmins: true },
];

interface Values {
  readonly url: string;
  readonly description: string;
  readonly events: WebhookEvent[];
}

interface WebhookFormProps {
  readonly title: string;
  readonly verb: string;
  /** The webhook to edit; undefined for a new one. */
  readonly webhook?: Webhook;
  readonly change: { readonly isPending: boolean; readonly error: Error | null };
  readonly onSubmit: (values: Values) => void;
  readonly onClose: () => void;
}

/** A dialog with the fields of a webhook. */
export function WebhookForm({ title, verb, webhook, change, onSubmit, onClose }: WebhookFormProps) {
  const titleId = useId();
  const isAdmin = useIsAdmin();
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? ["job.completed", "job.failed"]);
  const errors = fieldErrorsOf(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSubmit({
      url: String(form.get("url")).trim(),
      description: String(form.get("description")).trim(),
      events: EVENTS.map(({ event }) => event).filter((event) => events.includes(event)),
    });
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <Box component="form" onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
          <TextField
            name="url"
            label="URL"
            type="url"
            size="small"
            required
            autoFocus
            autoComplete="off"
            placeholder="https://example.com/hook"
            defaultValue={webhook?.url}
            error={errors("url") !== undefined}
            helperText={errors("url")}
            slotProps={{ inputLabel: { shrink: true } }}
          />
          <TextField
            name="description"
            label="Description"
            size="small"
            autoComplete="off"
            defaultValue={webhook?.description}
            error={errors("description") !== undefined}
            helperText={errors("description")}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <Box role="group" aria-label="Events">
            {EVENTS.filter((one) => isAdmin || !one.isForAdmins).map(({ event, label }) => (
              <FormControlLabel
                key={event}
                sx={{ display: "flex" }}
                label={label}
                control={
                  <Checkbox
                    checked={events.includes(event)}
                    onChange={(_event, isOn) =>
                      setEvents(isOn ? [...events, event] : events.filter((other) => other !== event))
                    }
                  />
                }
              />
            ))}
          </Box>
          <FormError error={change.error} fields={["url", "description"]} />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button color="inherit" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" variant="contained" loading={change.isPending} disabled={events.length === 0}>
            {verb}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
