import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { Download } from "lucide-react";
import { useId, useState } from "react";
import type { Grid } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { axisOf, labelOf } from "./parameters";

interface ExportDialogProps {
  readonly grid: Grid;
  /** The shown value of the z axis. */
  readonly layer: number;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const FORMATS = [
  ["png", "PNG, without loss"],
  ["jpeg", "JPEG, smaller"],
] as const;
const SIZES = [
  ["small", "256 px"],
  ["medium", "512 px"],
  ["large", "1024 px"],
] as const;
const ALL = "all";

/** Downloads the labelled image in a format and size. */
export function ExportDialog({ grid, layer, isOpen, onClose }: ExportDialogProps) {
  const titleId = useId();
  const z = axisOf(grid, "z");
  const [format, setFormat] = useState("png");
  const [size, setSize] = useState("medium");
  const [matrix, setMatrix] = useState(ALL);
  const query = new URLSearchParams({ size, format });
  if (matrix !== ALL) query.set("z", String(layer));
  return (
    <Dialog open={isOpen} onClose={onClose} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Export image</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
        {z === undefined ? null : (
          <Choice
            label="Matrices"
            value={matrix}
            onChange={setMatrix}
            options={[
              [ALL, `All ${z.values.length}`],
              ["one", `Only ${labelOf(z, z.values[layer] ?? null)}`],
            ]}
          />
        )}
        <Choice label="Format" value={format} onChange={setFormat} options={FORMATS} />
        <Choice label="Size of the cells" value={size} onChange={setSize} options={SIZES} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5, gap: 1 }}>
        <Button color="inherit" onClick={onClose}>
          Close
        </Button>
        <Button
          variant="contained"
          component="a"
          href={`/api/v1/grids/${grid.id}/image?${query}`}
          download
          onClick={onClose}
          startIcon={<Download size={16} aria-hidden />}
        >
          Download
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Choice({ label, value, onChange, options }: ChoiceProps) {
  return (
    <TextField
      label={label}
      size="small"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      options={options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    />
  );
}
