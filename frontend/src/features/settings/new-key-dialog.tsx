import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { KeyScope } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { SecretDialog } from "@/ui/secret-dialog";
import { TextField } from "@/ui/text-field";
import { useCreateApiKey } from "./queries";

const SCOPES: readonly { readonly scope: KeyScope; readonly label: string }[] = [
  { scope: "read", label: "Read images, jobs and models" },
  { scope: "generate", label: "Submit and cancel jobs" },
  { scope: "manage", label: "Change and delete" },
];
const DAY_MS = 86_400_000;
const LIFETIMES = [
  { days: 0, label: "Never" },
  { days: 30, label: "In 30 days" },
  { days: 365, label: "In 1 year" },
] as const;

/** Creates an API key and shows it once. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const create = useCreateApiKey();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly KeyScope[]>(["read", "generate"]);
  const [days, setDays] = useState(0);
  const submit = () =>
    create.mutate({
      name: name.trim(),
      scopes: [...scopes],
      ...(days === 0 ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }),
    });
  if (create.data !== undefined) {
    return (
      <SecretDialog
        secret={create.data.key}
        copyLabel="Copy key"
        explanation="The key is shown only once. Anyone with this key can act as you."
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog open onClose={onClose} aria-labelledby="new-key-title" maxWidth="xs" fullWidth>
      <DialogTitle id="new-key-title">New API key</DialogTitle>
      <DialogContent>
        <Box sx={{ display: "grid", gap: 2, pt: 1 }}>
          <TextField
            label="Name"
            size="small"
            autoFocus
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder="e.g. Home server script"
            slotProps={{ htmlInput: { maxLength: 100 }, inputLabel: { shrink: true } }}
          />
          <Box>
            {SCOPES.map(({ scope, label }) => (
              <FormControlLabel
                key={scope}
                sx={{ display: "flex" }}
                label={label}
                control={
                  <Checkbox
                    checked={scopes.includes(scope)}
                    onChange={(_event, isOn) =>
                      setScopes(isOn ? [...scopes, scope] : scopes.filter((other) => other !== scope))
                    }
                  />
                }
              />
            ))}
          </Box>
          <TextField
            label="Expires"
            size="small"
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
            options={LIFETIMES.map((one) => (
              <option key={one.days} value={one.days}>
                {one.label}
              </option>
            ))}
          />
          {create.error ? <Alert severity="error">{messageOf(create.error)}</Alert> : null}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button color="inherit" onClick={onClose}>
          Close
        </Button>
        <Button
          variant="contained"
          loading={create.isPending}
          disabled={name.trim() === "" || scopes.length === 0}
          onClick={submit}
        >
          Create
        </Button>
      </DialogActions>
    </Dialog>
  );
}
