import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleHelp, TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content, Reproduction } from "@/api/types";
import { jobQuery, useSubmitJob } from "@/features/jobs";
import { modelTitle } from "@/lib/format";
import { randomId } from "@/lib/random-id";
import { ProblemState } from "@/ui/problem-state";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import {
  canBeLeftOut,
  keyOf,
  LEFT_OUT,
  nearest,
  type Replacements,
  reproductionQuery,
  requestOf,
} from "./again-request";

interface AgainDialogProps {
  readonly open: boolean;
  readonly item: Content;
  readonly onClose: () => void;
}

/** Shows what differs from when an image was made, and submits it again with the chosen models. */
export function AgainDialog({ open, item, onClose }: AgainDialogProps) {
  const query = useQuery({ ...reproductionQuery(item.id), enabled: open, retry: false });
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="again-title" maxWidth="sm" fullWidth>
      <DialogTitle id="again-title">Make it again</DialogTitle>
      {query.data === undefined ? (
        <DialogContent>
          {query.error === null ? (
            <Skeleton variant="rounded" height={140} />
          ) : (
            <ProblemState error={query.error} onRetry={() => void query.refetch()} />
          )}
        </DialogContent>
      ) : (
        <Comparison item={item} found={query.data} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface ComparisonProps {
  readonly item: Content;
  readonly found: Reproduction;
  readonly onClose: () => void;
}

function Comparison({ item, found, onClose }: ComparisonProps) {
  const [replacements, setReplacements] = useState<Replacements>(() => nearest(found));
  const { submit, isPending } = useAgain(item, found, onClose);
  return (
    <>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Summary found={found} />
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1.75 }}>
          {found.models.map((model) => (
            <ModelRow
              key={keyOf(model)}
              model={model}
              chosen={replacements[keyOf(model)] ?? model.name}
              onChoose={(name) => setReplacements({ ...replacements, [keyOf(model)]: name })}
            />
          ))}
          <VersionRow found={found} />
          {found.missing_nodes.length === 0 ? null : (
            <Row state="missing" title="Nodes that no ComfyUI server has">
              {found.missing_nodes.join(", ")}
            </Row>
          )}
          {found.missing_files.length === 0 ? null : (
            <Row state="missing" title="Files that no ComfyUI server has">
              {found.missing_files.join(", ")}
            </Row>
          )}
          {found.missing_images.length === 0 ? null : (
            <Row state="missing" title="Images that were deleted">
              {found.missing_images.map((role) => role.replace("_", " ")).join(", ")}
            </Row>
          )}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="contained"
          disabled={!found.is_possible}
          loading={isPending}
          onClick={() => submit(replacements)}
        >
          Make it again
        </Button>
      </DialogActions>
    </>
  );
}

function useAgain(item: Content, { job_id: jobId }: Reproduction, onClose: () => void) {
  const client = useQueryClient();
  const { mutateAsync, isPending } = useSubmitJob();
  const toast = useToast();
  const navigate = useNavigate();
  const send = async (replacements: Replacements) => {
    const job = jobId === null ? null : await client.fetchQuery(jobQuery(jobId));
    await mutateAsync({ body: requestOf(item, job, replacements), key: randomId() });
    onClose();
    toast({ message: "Submitted", action: { label: "Show", run: () => void navigate("/generate") } });
  };
  const submit = (replacements: Replacements) =>
    void send(replacements).catch((error: unknown) =>
      toast({ message: messageOf(error), severity: "error" }),
    );
  return { submit, isPending };
}

function Summary({ found }: { readonly found: Reproduction }) {
  if (!found.is_possible)
    return (
      <Alert severity="error" variant="outlined">
        It cannot be made again: something that it needs is missing, and there is no substitute. "Reuse
        settings" fills the form, where it can be replaced.
      </Alert>
    );
  if (found.is_exact)
    return (
      <Alert severity="success" variant="outlined">
        Everything that was recorded is the same. The result should be the same image.
      </Alert>
    );
  return (
    <Alert severity="warning" variant="outlined">
      The result may be another image: something differs from when it was made, or is not known.
    </Alert>
  );
}

type State = Reproduction["models"][number]["state"];

const SIGNS = {
  same: { icon: CircleCheck, color: "success.main" },
  unverified: { icon: CircleHelp, color: "text.secondary" },
  changed: { icon: TriangleAlert, color: "warning.main" },
  missing: { icon: CircleAlert, color: "error.main" },
} as const;
const EXPLANATIONS: Record<State, string> = {
  same: "The same file",
  unverified: "Available; whether it is the same file is not known",
  changed: "Another file with the same name",
  missing: "Not available any more",
};
const ROLES: Record<string, string> = { checkpoint: "Model", lora: "LoRA", vae: "VAE" };
const CLOSENESS = {
  same_file: "same file",
  same_architecture: "same architecture",
  similar_name: "similar name",
} as const;

interface RowProps {
  readonly state: State;
  readonly title: string;
  readonly children: ReactNode;
}

function Row({ state, title, children }: RowProps) {
  const { icon: Icon, color } = SIGNS[state];
  return (
    <Box component="li" sx={{ display: "flex", gap: 1.5 }}>
      <Box sx={{ color, pt: 0.25 }}>
        <Icon size={19} aria-hidden />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{title}</Typography>
        <Typography variant="body2" component="div" sx={{ color: "text.secondary" }}>
          {children}
        </Typography>
      </Box>
    </Box>
  );
}

interface ModelRowProps {
  readonly model: Reproduction["models"][number];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

function ModelRow({ model, chosen, onChoose }: ModelRowProps) {
  const { role, name, state, substitutes } = model;
  const isMissing = state === "missing";
  return (
    <Row state={state} title={`${ROLES[role] ?? role}: ${modelTitle(name)}`}>
      {EXPLANATIONS[state]}
      {substitutes.length === 0 && !(isMissing && canBeLeftOut(model)) ? null : (
        <TextField
          size="small"
          fullWidth
          label="Use instead"
          value={chosen}
          onChange={(event) => onChoose(event.target.value)}
          sx={{ mt: 1.5 }}
          options={
            <>
              {isMissing ? null : <option value={name}>{modelTitle(name)}</option>}
              {canBeLeftOut(model) ? <option value={LEFT_OUT}>Leave it out</option> : null}
              {substitutes.map((one) => (
                <option key={one.name} value={one.name}>
                  {`${one.title} (${CLOSENESS[one.closeness]})`}
                </option>
              ))}
            </>
          }
        />
      )}
    </Row>
  );
}

function VersionRow({ found }: { readonly found: Reproduction }) {
  const { recorded_version: recorded, servers, has_recorded_version: isSame } = found;
  const now = [...new Set(servers.map(({ version }) => version ?? "unknown"))].join(", ");
  const state: State = recorded === null ? "unverified" : isSame ? "same" : "changed";
  return (
    <Row state={state} title={`ComfyUI ${recorded ?? "of unknown version"}`}>
      {servers.length === 0 ? "No ComfyUI server is available now" : `The servers have ${now}`}
    </Row>
  );
}
