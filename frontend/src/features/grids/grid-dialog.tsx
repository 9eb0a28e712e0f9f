import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { fieldErrorsOf, unshownErrorOf } from "@/api/field-errors";
import type { GridSubmit, JobSubmit } from "@/api/types";
import { formatCount } from "@/lib/format";
import { randomId } from "@/lib/random-id";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { type AxisDraft, AxisField, countOf } from "./axis-field";
import { draftOf, type GridDraft, UNUSED } from "./from-grid";
import { gridQuery, useSubmitGrid } from "./queries";
import { targetIn, targetsOf } from "./targets";

/** Kept while the app is open: the next grid often varies the same parameters. */
let latest: GridDraft = {
  x: { parameter: "cfg", values: "3, 5, 7, 9", target: null },
  y: UNUSED,
  z: UNUSED,
  title: "",
  varySeed: false,
};
const AXES = [
  { key: "x", name: "X", meaning: "columns", before: null },
  { key: "y", name: "Y", meaning: "rows", before: "x" },
  { key: "z", name: "Z", meaning: "one matrix each", before: "y" },
] as const;

type AxisName = (typeof AXES)[number]["key"];

export interface GridDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Return the request of the form, when the grid is submitted. */
  readonly requestOf: () => JobSubmit;
  /** The grid whose axes it has at first; null: those of the latest one. */
  readonly from: number | null;
}

/** Chooses the axes of a grid over the settings of the form, and submits it. */
export function GridDialog(props: GridDialogProps) {
  const { from } = props;
  const grid = useQuery({ ...gridQuery(from ?? 0), enabled: from !== null }).data;
  if (from === null) return <AxesDialog key="latest" {...props} first={latest} />;
  return grid === undefined ? null : <AxesDialog key={from} {...props} first={draftOf(grid)} />;
}

interface AxesDialogProps extends GridDialogProps {
  readonly first: GridDraft;
}

function AxesDialog({ open, onClose, requestOf, first }: AxesDialogProps) {
  const titleId = useId();
  const navigate = useNavigate();
  const submit = useSubmitGrid();
  const [draft, setDraft] = useState(first);
  const key = useRef({ body: "", key: "" });
  const change = (part: Partial<GridDraft>) => {
    latest = { ...draft, ...part };
    setDraft(latest);
  };
  const errors = fieldErrorsOf(submit.error);
  const request = requestOf();
  const count = cellCount(draft);

  const send = (event: FormEvent) => {
    event.preventDefault();
    const body = bodyOf(draft, request);
    const text = JSON.stringify(body);
    // The same grid keeps its key, so that a repetition after a lost response makes no second one.
    if (key.current.body !== text) key.current = { body: text, key: randomId() };
    submit.mutate({ body, key: key.current.key }, { onSuccess: ({ id }) => navigate(`/grids/${id}`) });
  };
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>Grid</DialogTitle>
      <Box component="form" onSubmit={send} sx={{ display: "contents" }}>
        <DialogContent sx={{ display: "grid", gap: 2, pt: "4px !important" }}>
          <Typography sx={{ color: "text.secondary" }}>
            An image for each combination of values, with the other settings of the form. Values are separated
            by commas, texts with commas by ||. 1-5, 1-5 (+2), 1-10 [5] and 1, 2, .., 10 are ranges.
          </Typography>
          {AXES.map(({ key: axis, name, meaning, before }) => (
            <AxisField
              key={axis}
              name={name}
              meaning={meaning}
              axis={draft[axis]}
              onChange={(next) => change({ [axis]: next })}
              error={errors(axis)}
              prompt={request.prompt ?? ""}
              targets={targetsOf(draft[axis].parameter, request)}
              onSwap={
                before !== null && canSwap(draft, axis)
                  ? () => change({ [before]: draft[axis], [axis]: draft[before] })
                  : null
              }
            />
          ))}
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}>
            <TextField
              label="Title"
              size="small"
              value={draft.title}
              onChange={(event) => change({ title: event.target.value })}
              slotProps={{ htmlInput: { maxLength: 200 } }}
              sx={{ flex: "1 1 220px" }}
            />
            <FormControlLabel
              control={
                <Switch checked={draft.varySeed} onChange={(_event, varySeed) => change({ varySeed })} />
              }
              label="Another seed for each cell"
            />
          </Box>
          <OtherError error={submit.error} />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5, gap: 1, flexWrap: { xs: "wrap", sm: "nowrap" } }}>
          <Typography role="status" sx={{ flex: { xs: "1 0 100%", sm: 1 }, color: "text.secondary" }}>
            {describeCount(draft, count)}
          </Typography>
          <Button color="inherit" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" variant="contained" disabled={count === 0} loading={submit.isPending}>
            {count === 0 ? "Generate" : `Generate ${formatCount(count)}`}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

function OtherError({ error }: { readonly error: unknown }) {
  const message = unshownErrorOf(error, ["x", "y", "z"]);
  // What is wrong with the settings that all cells share is changed in the form.
  const shown = message?.replaceAll(/(^|; )request\./g, "$1In the form, ");
  return shown === undefined ? null : <Alert severity="error">{shown}</Alert>;
}

const used = (draft: GridDraft): AxisDraft[] =>
  [draft.x, draft.y, draft.z].filter(({ parameter }) => parameter !== null);

/** Return whether an axis can be exchanged with the one before it: X is always used. */
const canSwap = ({ y, z }: GridDraft, axis: AxisName): boolean =>
  y.parameter !== null || (axis === "z" && z.parameter !== null);

const cellCount = (draft: GridDraft): number =>
  used(draft).reduce((product, axis) => product * countOf(axis), 1);

function describeCount(draft: GridDraft, count: number): string {
  if (count === 0) return "Give each axis at least one value";
  const sizes = used(draft).map(countOf);
  const cells = count === 1 ? "1 image" : `${formatCount(count)} images`;
  return sizes.length < 2 ? cells : `${sizes.join(" × ")} = ${cells}`;
}

function bodyOf(draft: GridDraft, request: JobSubmit): GridSubmit {
  const axis = ({ parameter, values, target }: AxisDraft) =>
    parameter === null
      ? null
      : { parameter, values, target: targetIn(targetsOf(parameter, request), target) };
  return {
    request: { ...request, batch_size: 1 },
    x: axis(draft.x) ?? { parameter: "cfg", values: "" },
    y: axis(draft.y),
    z: axis(draft.z),
    title: draft.title,
    seeds: draft.varySeed ? "increment" : "same",
  };
}
